"""Who may enter Oscar's dashboard: the office, all of it. A producer's place is the desk (see oscar.md's trap)."""

from oscar.apps.dashboard import permissions


class DashboardPermission(permissions.DashboardPermission):
    """Every permission Oscar asks for is held by the office's staff and by nobody else."""

    partner_dashboard_access = permissions.DashboardPermission.staff

    @classmethod
    def get(cls, app_label: str, *codenames: str) -> list[str]:
        return list(cls.staff)
