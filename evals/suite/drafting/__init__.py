"""Questions drafted from the findings themselves, for a person to edit: what may be asked of a
library, kind by kind."""
