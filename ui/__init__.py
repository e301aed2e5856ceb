"""Everything Qt: draws a `Screen`, sends back the events its actions carry. Knows no device."""
