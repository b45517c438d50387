"""Approved record → receipt: look up, enter, read back, prove. Other rooms come in by ``robots.client``."""
