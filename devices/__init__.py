"""The hardware on the floor: scanners, radios, QR images and label printers. No business in here."""
