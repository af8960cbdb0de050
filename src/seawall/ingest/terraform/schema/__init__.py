"""Names of arguments of the azurerm provider, and which releases have them."""
