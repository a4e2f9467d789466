"""The kinds of post-conditions: what each looks at, in words, and which later result replaces it.

Each kind has a predicate `post_KIND` in templates/checks.sh that takes the check's `args` and ends with 0 (holds), 1 (doesn't)
or 2 (can't be told here).
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, final

from msgspec import Struct

from runbook.model import Check

Before = Literal["absent", "present", "any"]


class Kind(Struct, frozen=True):
    """`holds` and `fails` say the check and its negation in words ({0}, {1} … are its args, {rest} those after the first).
    `domain` and `operand` name the object: domain "path" with args[operand] …, -1 where there is but one. `aspect` is what of the
    object is looked at: a later check of the same aspect replaces this one. `transient`: a reboot undoes it.

    "thing" and "value" are what programs keep lists of: their first argument says of what, and whom to ask; a last one more than the
    words name is where it is ("in" a cluster's namespace, an environment)."""

    holds: str
    fails: str
    domain: str
    aspect: str
    operand: int = 0
    transient: bool = False


KINDS: Final[dict[str, Kind]] = {
    "exists": Kind("{0} exists", "{0} does not exist", "path", "exists"),
    "file": Kind("the file {0} exists", "there is no file {0}", "path", "exists"),
    "directory": Kind("the directory {0} exists", "there is no directory {0}", "path", "exists"),
    "filled": Kind("the file {0} exists and is not empty", "the file {0} is missing or empty", "path", "content"),
    "content": Kind("the file {0} holds exactly the lines that were written", "the file {0} holds something else", "path", "content"),
    "lines": Kind("these lines stand in {0}: {rest}", "these lines do not stand in {0}: {rest}", "path", "lines"),
    "setting": Kind("in {0} the value of {1} is {2}", "in {0} the value of {1} is not {2}", "path", "setting"),
    "contains": Kind("{0} contains the text {1}", "{0} does not contain the text {1}", "path", "text"),
    "copied": Kind("{1} is (or holds) a copy of {0}", "{1} is no copy of {0}", "path", "content", 1),
    "moved": Kind("{0} is gone and {1} is there", "{0} was not moved to {1}", "path", "content", 1),
    "link": Kind("{0} is a symbolic link to {1}", "{0} is no symbolic link to {1}", "path", "content"),
    "same_file": Kind("{1} is a hard link to {0}", "{1} is no hard link to {0}", "path", "content", 1),
    "mode": Kind("the mode of {0} agrees with {1}", "the mode of {0} does not agree with {1}", "path", "mode"),
    "acl": Kind("the access list of {0} has {1}", "the access list of {0} does not have {1}", "path", "acl"),
    "attribute": Kind("{0} has the attribute {1}", "{0} does not have the attribute {1}", "path", "attribute"),
    "owner": Kind("{0} belongs to the user {1}", "{0} does not belong to the user {1}", "path", "owner"),
    "group_owner": Kind("{0} belongs to the group {1}", "{0} does not belong to the group {1}", "path", "group"),
    "unpacked": Kind("everything that is in the archive {0} is in {1}", "not all of the archive {0} is in {1}", "path", "unpacked", 1),
    "archive": Kind("{0} is an archive that tar can list", "{0} is no archive that tar can list", "path", "content"),
    "cloned": Kind("{0} is a clone of {1}", "{0} is no clone of {1}", "path", "content"),
    "git_on": Kind("the repository in {0} is on the branch {1}", "the repository in {0} is not on the branch {1}", "path", "head"),
    "git_at": Kind("in the repository in {0} {1} is checked out", "in the repository in {0} {1} is not checked out", "path", "commit"),
    "git_ref": Kind("the repository in {0} has {1}", "the repository in {0} does not have {1}", "path", "ref"),
    "git_setting": Kind("git's setting {1} in {0} is {2}", "git's setting {1} in {0} is not {2}", "path", "git setting"),
    "git_tracked": Kind("git tracks {0}", "git does not track {0}", "path", "tracked"),
    "git_committed": Kind("the history of {0} has a commit with the subject {1}", "the history of {0} has no commit with the subject {1}", "path", "history"),
    "git_merged": Kind("the history of {0} has all of {1}", "the history of {0} does not have all of {1}", "path", "merged"),
    "git_pushed": Kind("nothing in {0} is left to be pushed", "not all that is in {0} was pushed", "path", "pushed"),
    "git_submodules": Kind("the submodules of {0} are checked out", "not all submodules of {0} are checked out", "path", "submodules"),
    "newer": Kind("{0} is not older than {1}", "{0} is older than {1}, or missing", "path", "newer"),
    "reloaded": Kind("systemd has read the units in {0} since they changed", "systemd has not read the units in {0} since they changed", "path", "reloaded"),
    "configured": Kind("{0} is configured: its config.status is there", "{0} is not configured: its config.status is not there", "path", "configured"),
    "node_modules": Kind("what the package.json of {0} needs is in node_modules", "{0} has no node_modules", "path", "node modules"),
    "node_package": Kind("node_modules of {0} has the package {1}", "node_modules of {0} does not have the package {1}", "path", "node package"),
    "vendored": Kind("what the composer.json of {0} needs is in vendor", "{0} has no vendor/autoload.php", "path", "vendored"),
    "fetched": Kind("the package lists of all sources in {0} are in {1}", "the package lists of some source in {0} are not in {1}", "path", "fetched"),
    "user": Kind("the user {0} exists", "there is no user {0}", "user", "exists"),
    "user_field": Kind("the {1} of the user {0} is {2}", "the {1} of the user {0} is not {2}", "user", "field"),
    "member": Kind("the user {0} is in the group {1}", "the user {0} is not in the group {1}", "user", "member"),
    "group": Kind("the group {0} exists", "there is no group {0}", "group", "exists"),
    "package": Kind("the package {0} is installed", "the package {0} is not installed", "package", "exists"),
    "active": Kind("the service {0} is running", "the service {0} is not running", "service", "active", transient=True),
    "enabled": Kind("the service {0} starts at boot", "the service {0} does not start at boot", "service", "enabled"),
    "masked": Kind("the service {0} is masked", "the service {0} is not masked", "service", "masked"),
    "module": Kind("the kernel module {0} is loaded", "the kernel module {0} is not loaded", "module", "exists", transient=True),
    "sysctl": Kind("the kernel parameter {0} is {1}", "the kernel parameter {0} is not {1}", "sysctl", "value", transient=True),
    "sysctls": Kind("the kernel's parameters are as {0} has them", "the kernel's parameters are not as {0} has them", "path", "sysctls"),
    "fstab": Kind("all that {0} mounts at boot is mounted", "not all that {0} mounts at boot is mounted", "path", "fstab"),
    "mounted": Kind("something is mounted on {0}", "nothing is mounted on {0}", "mount", "exists", transient=True),
    "mounted_from": Kind("{0} is mounted on {1}", "{0} is not mounted on {1}", "mount", "source", 1, transient=True),
    "swap": Kind("{0} is in use as swap", "{0} is not in use as swap", "swap", "exists", transient=True),
    "interface": Kind("the network interface {0} exists", "there is no network interface {0}", "interface", "exists", transient=True),
    "link_up": Kind("the network interface {0} is up", "the network interface {0} is down", "interface", "up", transient=True),
    "address": Kind("{0} has the address {1}", "{0} does not have the address {1}", "interface", "address", transient=True),
    "route": Kind("there is a route to {0}", "there is no route to {0}", "route", "exists", transient=True),
    "firewall_rule": Kind("{0} has the rule {rest}", "{0} does not have the rule {rest}", "firewall", "rule", transient=True),
    "firewall_policy": Kind("the policy of {0}'s chain {1} is {2}", "the policy of {0}'s chain {1} is not {2}", "firewall", "policy", transient=True),
    "hostname": Kind("the host's name is {0}", "the host's name is not {0}", "host", "name", -1),
    "timezone": Kind("the time zone is {0}", "the time zone is not {0}", "host", "timezone", -1),
    "container": Kind("{0} runs the container {1}", "{0} runs no container {1}", "container", "running", 1, transient=True),
    "container_exists": Kind("{0} has the container {1}", "{0} has no container {1}", "container", "exists", 1),
    "container_of": Kind("{0} runs a container of the image {1}", "{0} runs no container of the image {1}", "image", "running", 1, transient=True),
    "compose": Kind("{1} has services of the project in {0} running", "{1} has no service of the project in {0} running", "project", "running", transient=True),
    "applied": Kind("what {0} describes is in the cluster", "what {0} describes is not all in the cluster", "path", "applied"),
    "image": Kind("{0} has the image {1}", "{0} does not have the image {1}", "image", "exists", 1),
    "crontab": Kind("the crontab is the file {0}", "the crontab is not the file {0}", "crontab", "content", -1),
    "crontab_any": Kind("there is a crontab", "there is no crontab", "crontab", "content", -1),
    "thing": Kind("the {0} {1} is there", "there is no {0} {1}", "thing", "thing"),
    "value": Kind("the {0} {1} is {2}", "the {0} {1} is not {2}", "value", "entry"),
    "rebooted": Kind("the host was booted since (its boot id changed)", "the host was not booted since", "host", "boot", -1),
    "kernel": Kind("the running kernel is {0}", "the running kernel is not {0}", "host", "kernel", -1),
}  # fmt: skip


_WITHIN: Final = {"thing": 2, "value": 3}
"""Which argument says where a thing is."""


def check(kind: str, *args: str, negated: bool = False, before: Before = "absent") -> Check:
    """A check with its words. Raises KeyError for an unknown kind."""
    form = KINDS[kind]
    words = (form.fails if negated else form.holds).format(*args, rest="; ".join(args[1:]))
    within = args[_WITHIN[kind] :] if kind in _WITHIN else ()
    words += f" (in {within[0]})" if within else ""
    return Check(kind, args, words, negated, before)


def gone(kind: str, *args: str, before: Before = "present") -> Check:
    """The negated check: the object must be there before, and not after."""
    return check(kind, *args, negated=True, before=before)


@final
class Unsure(Struct, frozen=True, gc=False):
    """What a command changes in a way that can't be told: earlier results of it no longer count. `name` of the object, null for all
    of the domain; `aspects` of it, empty for all; `below`: of a path also what is in it."""

    domain: str
    name: str | None = None
    aspects: frozenset[str] = frozenset()
    below: bool = False


@final
class Entered(Struct, frozen=True, gc=False):
    """A virtual environment of Python that a shell is in from now on: its directory, "" for none, null when it isn't known."""

    directory: str | None


Result: TypeAlias = Check | Unsure

CONTENT: Final = frozenset({"content", "lines", "setting", "text"})
"""The aspects of what is in a file."""

DESTROYING: Final = frozenset(
    {"exists", "file", "directory", "user", "group", "package", "interface", "container_exists", "image"}
)
WRITING: Final = frozenset({"content", "copied", "link", "same_file", "filled", "archive", "cloned", "moved"})
_LOST_AT_BOOT: Final = ("/tmp/", "/run/", "/var/run/", "/dev/shm/", "/proc/", "/sys/")  # noqa: S108 - names, not files


def unsure(each: Check) -> Unsure:
    """What of a result is left when its command may not have run: nothing of its object is known."""
    kind = KINDS[each.kind]
    return Unsure(kind.domain, object_of(each), frozenset() if each.kind in DESTROYING else frozenset({kind.aspect}))


def object_of(each: Check) -> str:
    """The name of the object that a check looks at, "" where its domain has but one."""
    operand = KINDS[each.kind].operand
    return each.args[operand] if 0 <= operand < len(each.args) else ""


def replaces(later: Result, earlier: Check) -> bool:
    """Whether the result that `later` looks at undoes or replaces the one of `earlier`."""
    old = KINDS[earlier.kind]
    if isinstance(later, Unsure):
        return _makes_unsure(later, earlier, old)
    new = KINDS[later.kind]
    if later.kind == "rebooted":
        return lost_at_boot(earlier)
    if new.domain == "path" and old.domain == "path":
        return _replaces_path(later, earlier, new, old)
    if new.domain == "mount" and old.domain == "path":
        return _within(object_of(earlier), object_of(later))
    if new.domain == old.domain == "mount" and later.negated:
        return later.args[0] in earlier.args
    if new.domain != old.domain or object_of(later) != object_of(earlier):
        return False
    if later.negated and later.kind in DESTROYING:
        return True
    return new.aspect == old.aspect and _same_detail(later, earlier)


def lost_at_boot(each: Check) -> bool:
    """Whether a reboot undoes a result, or replaces it."""
    return KINDS[each.kind].transient or each.kind == "rebooted" or any(arg.startswith(_LOST_AT_BOOT) for arg in each.args[:1])


def _within(path: str, directory: str) -> bool:
    return path.startswith(directory.rstrip("/") + "/")


def _makes_unsure(later: Unsure, earlier: Check, old: Kind) -> bool:
    if later.domain != old.domain:
        return False
    if later.domain == "path" and later.name is not None:
        if _depends_on_content(later.name, earlier) and (not later.aspects or "content" in later.aspects):
            return True
        named = any(each == later.name or (later.below and _within(each, later.name)) for each in paths_of(earlier))
    else:
        named = later.name in (None, object_of(earlier))
    return named and (not later.aspects or old.aspect in later.aspects)


def _depends_on_content(path: str, earlier: Check) -> bool:
    """Whether a result compares something with what is in `path`, or with a file in a directory that holds it."""
    if earlier.kind in ("copied", "newer", "sysctls", "fstab"):
        return any(path == each or _within(path, each) for each in earlier.args)
    if earlier.kind in ("fetched", "reloaded"):
        return any(_within(path, each) for each in earlier.args)
    return earlier.kind == "unpacked" and path == earlier.args[0]


def _same_detail(later: Check, earlier: Check) -> bool:
    """For aspects of which an object has several (addresses, groups, rules): whether both speak of the same one."""
    match KINDS[later.kind].aspect:
        case "field" | "acl" | "attribute" | "node package" | "merged" | "ref" | "git setting" | "history":
            return later.args[1] == earlier.args[1]
        case "entry":
            return later.args[1] == earlier.args[1] and later.args[3:] == earlier.args[3:]
        case "thing" | "member" | "address" | "rule":
            return later.args == earlier.args
        case "policy":
            return later.args[1] == earlier.args[1]
        case _:
            return True


def _replaces_path(later: Check, earlier: Check, new: Kind, old: Kind) -> bool:
    """A path that is removed or moved away takes all checks of it, and of what was below it, with it; written content replaces what
    was known of the content; a changed line or setting replaces the exact content, and itself."""
    path, own = later.args[new.operand], earlier.args[old.operand]
    lost = path if later.negated and later.kind in DESTROYING else later.args[0] if later.kind == "moved" else None
    if lost is not None and any(each == lost or _within(each, lost) for each in paths_of(earlier)):
        return True
    if lost is not None and earlier.kind in ("unpacked", "copied") and _within(lost, earlier.args[1]):
        return True
    if new.aspect in CONTENT and _depends_on_content(path, earlier):
        return True
    if path != own:
        return False
    if later.kind in WRITING:
        return (
            old.aspect in CONTENT
            or (old.aspect == "exists" and not earlier.negated and later.kind == earlier.kind)
            or earlier.negated
            or (later.kind == "moved" and old.aspect != "exists")
        )
    if new.aspect in ("lines", "setting", "text"):
        if old.aspect == "content" and earlier.kind in ("content", "copied", "filled"):
            return True
        return (new.aspect == old.aspect and later.args[:2] == earlier.args[:2]) or (
            new.aspect == "text" and old.aspect in ("lines", "setting")
        )
    return new.aspect == old.aspect and _same_detail(later, earlier)


_TWO_PATHS: Final = ("copied", "moved", "same_file", "unpacked", "fetched", "newer")


def places_of(kind: str) -> tuple[int, ...]:
    """Which arguments of a kind of check are paths, or say where a thing is."""
    if kind in _TWO_PATHS:
        return (0, 1)
    of = KINDS[kind]
    return (of.operand,) if of.domain in ("path", "project") else (_WITHIN[kind],) if kind in _WITHIN else ()


def paths_of(each: Check) -> tuple[str, ...]:
    """The paths that a check of the domain "path" looks at."""
    kind = KINDS[each.kind]
    return each.args[:2] if each.kind in _TWO_PATHS else each.args[kind.operand : kind.operand + 1]
