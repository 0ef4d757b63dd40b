"""For the words and rules every room shares: pure, without input or output, time or chance of its own."""
