"""Who opens the pages of the desk."""

from competency.programs.roles import Permission
from competency.web.access import opens_to, requires

reviews_blind = opens_to(requires(Permission.REVIEW_DO))
