"""The database is away while sockets are open: the log says it once."""

from structlog.testing import capture_logs

from frontdesk.core.errors import Unavailable
from frontdesk.web.rasa_socket_customer import Outage


def test_however_many_sockets_wait_the_log_says_once_that_they_do_and_once_that_it_is_over() -> None:
    outage = Outage()
    with capture_logs() as lines:
        outage.is_over()
        for _ in range(3):
            outage.is_on(Unavailable("away"))
        for _ in range(3):
            outage.is_over()
    assert [line["event"] for line in lines] == ["socket.waits", "socket.back"]
