"""The catalog: products as merchants write them and as the public reads them."""
