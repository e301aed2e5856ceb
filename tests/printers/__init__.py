"""What can happen to a receipt, in every order and at every place; counted."""
