"""The central customer service: sealed lookups, members, audit. A kiosk imports `service.wire` only."""
