"""Pricing: what a cart costs, with price lists, promotions, taxes and the uses of coupons."""
