"""What every card terminal must do, and what must hold whatever goes wrong with it."""
