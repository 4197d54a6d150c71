"""The language the services share: money, products and the events that speak of them."""
