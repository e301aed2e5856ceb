"""All a person sees, hears or focuses, as values: `present(state, version, words) -> Screen`."""
