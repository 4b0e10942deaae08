"""Servers of a test's own, that a proxy or a load may be pointed at."""
import socket
import threading
import time


class Fake:
    """One thread accepts; each connection has one that runs `serve(connection)` and then closes it."""

    def __init__(self, name="fake", port=0):
        self.name, self.partner, self.accepted = name, None, 0
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port = self._listener.getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
        self._open = []
        self._thread = threading.Thread(target=self._accept)
        self._thread.start()

    def serve(self, connection):
        raise NotImplementedError

    def keep(self, connection):
        """It ends with the server."""
        self._open.append(connection)
        return connection

    def close(self):
        for one in (self._listener, *self._open):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # the other side has gone
        self._thread.join()
        self._listener.close()

    def _accept(self):
        while True:
            try:
                made, _ = self._listener.accept()
            except OSError:
                return
            self.accepted += 1
            threading.Thread(target=self._work, args=(self.keep(made),), daemon=True).start()

    def _work(self, connection):
        try:
            self.serve(connection)
        except OSError:
            pass
        finally:
            connection.close()
            self._open.remove(connection)


class Closing(Fake):
    """Takes a port, and ends every connection at once, as a server does that is full."""

    def __init__(self, port):
        super().__init__("closing", port)

    def serve(self, connection):
        pass


class SlowBackend(Fake):
    """Answers PING at once and GET after a pause, as a busy server does; counts what it was asked."""

    def __init__(self, pause):
        self.asked, self._pause = 0, pause
        super().__init__("slow")

    def serve(self, connection):
        while data := connection.recv(65536):
            connection.sendall(b"+PONG\r\n" * data.count(b"\r\nPING\r\n"))
            for _ in range(data.count(b"\r\nGET\r\n")):
                time.sleep(self._pause)
                self.asked += 1
                connection.sendall(b"$4\r\nslow\r\n")


class SlowRelay(Fake):
    """Stands before a server and gives its answers `pause` seconds late."""

    def __init__(self, name, port, pause):
        self._to, self._pause = port, pause
        super().__init__(name)

    def serve(self, connection):
        with self.keep(socket.create_connection(("127.0.0.1", self._to))) as far:
            threading.Thread(target=self._pass_on, args=(connection, far, 0.0), daemon=True).start()
            self._pass_on(far, connection, self._pause)
            self._open.remove(far)

    @staticmethod
    def _pass_on(source, target, pause):
        try:
            while data := source.recv(65536):
                # A probe is answered at once: the backend is slow, not gone.
                time.sleep(0.0 if data == b"+PONG\r\n" else pause)
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass


class Answers(Fake):
    """Gives each GET an answer of the test's choice (None: ends), after a pause of its choice."""

    def __init__(self, answer=b"$-1\r\n", pause=lambda number: 0.0):
        self._answer, self._pause = answer, pause
        super().__init__("answers")

    def serve(self, connection):
        asked = 0
        while data := connection.recv(65536):
            for _ in range(data.count(b"GET")):
                time.sleep(self._pause(asked))
                asked += 1
                if self._answer is None:
                    return
                connection.sendall(self._answer)
