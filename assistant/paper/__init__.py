"""A briefing: findings and notes in order, kept, checked, numbered and exported."""
