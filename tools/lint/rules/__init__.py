"""The rules, in the order in which they are told."""

from tools.lint.rules import (
    broad_except,
    file_length,
    function_length,
    http_client,
    late_import,
    plugin_name,
    print_call,
    route_body,
    sql_place,
    stray_task,
    workspace_first,
)
from tools.lint.source import Rule

RULES: tuple[Rule, ...] = (
    file_length,
    function_length,
    route_body,
    sql_place,
    workspace_first,
    plugin_name,
    http_client,
    broad_except,
    print_call,
    stray_task,
    late_import,
)
