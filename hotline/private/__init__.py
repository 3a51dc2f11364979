"""The private runtime: our own PostgreSQL, Valkey and Asterisk below one keeper, on one machine."""
