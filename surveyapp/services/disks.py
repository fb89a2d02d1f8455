"""What kind of disk a file is on: SQLite's log needs memory that all its processes share, which a network has not."""

from pathlib import Path

NETWORK = frozenset(
    {"9p", "afs", "ceph", "cifs", "fuse.glusterfs", "fuse.rclone", "fuse.s3fs", "fuse.sshfs", "glusterfs", "lustre"}
    | {"ncpfs", "nfs", "nfs4", "smb2", "smb3", "smbfs"}
)
"""File systems that are somewhere else."""

_MOUNTS = Path("/proc/self/mounts")


def network_kind(file: Path, mounts: Path = _MOUNTS) -> str | None:
    """The kind of network file system a file is, or would be, on; None on a local disk, or where it can't be told."""
    try:
        lines = mounts.read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return None
    places = (line.split(" ")[1:3] for line in lines)
    above = [(_plain(place), kind) for place, kind in places if file.resolve().is_relative_to(_plain(place))]
    kind = max(above, key=lambda each: len(each[0]), default=("", ""))[1]
    return kind if kind in NETWORK else None


def _plain(place: str) -> str:
    """A place as the system names it; the list writes blanks in octal."""
    return place.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\")
