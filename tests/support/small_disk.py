"""A tiny file system in a mount namespace of its own: only programs that are run in it see it. Needs root."""
import os
import subprocess


class SmallDisk:
    def __init__(self, directory, size):
        os.makedirs(directory, exist_ok=True)
        self.directory = directory
        script = f"mount -t tmpfs -o size={size} none '{directory}' && echo ready && exec cat"
        self._holder = subprocess.Popen(["unshare", "-m", "sh", "-c", script], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        if self._holder.stdout.readline() != b"ready\n":
            self.end()
            raise PermissionError("no file system can be mounted here")

    def inside(self, argv):
        """The command that runs `argv` where the disk is seen; the process keeps its id."""
        return ["nsenter", "-t", str(self._holder.pid), "-m", *argv]

    def seen_from_outside(self):
        """The directory's path for those that are not in its namespace."""
        return f"/proc/{self._holder.pid}/root{self.directory}"

    def remount(self, options):
        subprocess.run(self.inside(["mount", "-o", "remount," + options, self.directory]), check=True)

    def end(self):
        self._holder.stdin.close()
        self._holder.stdout.close()
        self._holder.wait()


def mount(case, directory, size):
    """A disk for the test; the test is skipped where none can be had."""
    try:
        disk = SmallDisk(directory, size)
    except OSError as problem:
        case.skipTest(f"needs root and mount namespaces: {problem}")
    case.addCleanup(disk.end)
    return disk
