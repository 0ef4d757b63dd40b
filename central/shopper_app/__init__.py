"""A stand-in for the retailer's app and web shop, in small: ten phones in one browser, for the demo and the tests only.

Nothing else in Storefloor depends on it. It speaks to central over HTTP as any app would, each phone with its own key.
"""

from central.shopper_app.app import create_app
from central.shopper_app.phones import Phones, PhoneSettings, keep_phone

__all__ = ["PhoneSettings", "Phones", "create_app", "keep_phone"]
