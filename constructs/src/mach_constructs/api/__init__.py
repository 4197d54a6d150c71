"""How clients reach a service."""
