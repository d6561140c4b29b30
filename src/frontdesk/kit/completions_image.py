"""Pictures over the wire of chat completions: what is asked, and what of the answer is a picture.

Source: OpenAPI description of the OpenAI API, 2.3.0.
"""

import base64
import binascii
from dataclasses import replace

from frontdesk.kit import chat_completions, model_stream
from frontdesk.ports.chat_model import Failed, Usage
from frontdesk.ports.http import Http, HttpReply, HttpRequest
from frontdesk.ports.image_model import Drawn, ImageRequest

SIZES = {"square": "1024x1024", "portrait": "1024x1792", "landscape": "1792x1024"}
BASE64_GROWTH = 1.4


def body(request: ImageRequest) -> bytes:
    """The body of a request for one picture, which is to come in the answer itself.

    Returns:
        JSON.
    """
    found: dict[str, object] = {
        "model": request.model,
        "prompt": request.prompt,
        "n": 1,
        "size": SIZES[request.size],
    }
    # Older models send an address otherwise; the newer ones know no such member.
    if request.model.startswith("dall-e"):
        found["response_format"] = "b64_json"
    return chat_completions.written(found).encode()


async def draw(http: Http, request: HttpRequest, judge: model_stream.Judge) -> Drawn | Failed:
    """Send a request for a picture and read it.

    Returns:
        The picture, or what went wrong.
    """
    answer = await model_stream.reply(http, request, judge)
    if not isinstance(answer, HttpReply):
        return answer
    match model_stream.json_of(answer.body):
        case {"data": [{"b64_json": str(text)}, *_], **more}:
            picture = drawn(text)
            return (
                picture if isinstance(picture, Failed) else replace(picture, usage=_usage(more.get("usage")))
            )
        case _:
            return Failed("malformed", "there is no picture in the answer")


def _usage(found: object) -> Usage | None:
    match found:
        case {"input_tokens": int(prompt), "output_tokens": int(answer)}:
            return Usage(prompt, answer)
        case _:
            return None


def drawn(text: str) -> Drawn | Failed:
    """A picture out of base64, judged by its first bytes.

    Returns:
        The picture, or that it is none.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return Failed("malformed", "the picture cannot be read")
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return Drawn(data, "image/png")
    if data.startswith(b"\xff\xd8\xff"):
        return Drawn(data, "image/jpeg")
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Drawn(data, "image/webp")
    return Failed("malformed", "what came is no picture")
