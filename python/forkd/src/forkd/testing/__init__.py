"""What tests are given: a pytest plugin, and what it is made of."""
