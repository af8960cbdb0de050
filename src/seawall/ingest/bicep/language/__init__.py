"""The notation of Bicep: tokens, expressions, types and declarations; no meaning."""
