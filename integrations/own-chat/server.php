<?php
// A chat page of your own: serves it, and passes its messages on with the key, which no browser ever sees.
//
// FRONTDESK_URL=https://desk.example.com/a/asst_... FRONTDESK_KEY=fd_rasa_... php -S 127.0.0.1:8080 server.php
//
// Under another web server let every address come here. It does not wait for news: while it did, nobody else would be served.

declare(strict_types=1);

const MOST_BYTES = 40000;
const FILES = [
    '/' => ['index.html', 'text/html; charset=utf-8'],
    '/chat.css' => ['chat.css', 'text/css'],
    '/chat.js' => ['chat.js', 'text/javascript'],
];

/** What the assistant's address answers: status and text. */
function ask(string $path, ?string $body = null): array
{
    $headers = ['Authorization: Bearer ' . getenv('FRONTDESK_KEY')];
    if ($body !== null) {
        $headers[] = 'Content-Type: application/json';
    }
    $context = stream_context_create(['http' => [
        'method' => $body === null ? 'GET' : 'POST',
        'header' => $headers,
        'content' => (string) $body,
        'timeout' => 60,
        'ignore_errors' => true,
        'follow_location' => 0,
    ]]);
    $answer = @file_get_contents(rtrim((string) getenv('FRONTDESK_URL'), '/') . '/webhooks/rest' . $path, false, $context);
    if ($answer === false || !preg_match('~^HTTP/\S+ (\d{3})~', $http_response_header[0] ?? '', $found)) {
        return [502, '[]'];
    }
    return [(int) $found[1], $found[1] === '200' ? $answer : '[]'];
}

function answer(int $status, string $body, string $kind = 'application/json'): void
{
    http_response_code($status);
    header("Content-Type: $kind");
    header('Cache-Control: no-store');
    header('X-Content-Type-Options: nosniff');
    echo $body;
}

/** By what the desk knows the browser: from the name that the page made up, which nobody guesses and the desk never sees. */
function sender(): string
{
    $visitor = $_SERVER['HTTP_X_VISITOR'] ?? '';
    return preg_match('/^[A-Za-z0-9_-]{32}$/D', $visitor) ? hash('sha256', $visitor) : '';
}

/** A page of somebody else's may not write in a visitor's name. */
function is_own(): bool
{
    $parts = parse_url($_SERVER['HTTP_ORIGIN'] ?? '') ?: [];
    $host = ($parts['host'] ?? '') . (isset($parts['port']) ? ':' . $parts['port'] : '');
    return $host !== '' && $host === ($_SERVER['HTTP_HOST'] ?? '');
}

function send(): void
{
    if (!is_own()) {
        answer(403, '[]');
        return;
    }
    $body = (string) file_get_contents('php://input', false, null, 0, MOST_BYTES + 1);
    if (strlen($body) > MOST_BYTES) {
        answer(413, '[]');
        return;
    }
    $given = json_decode($body, true);
    $message = is_array($given) ? $given['message'] ?? null : null;
    $id = is_array($given) ? $given['id'] ?? null : null;
    $sender = sender();
    if (!is_string($message) || !is_string($id) || $sender === '') {
        answer(400, '[]');
        return;
    }
    answer(...ask('/webhook', (string) json_encode(
        ['sender' => $sender, 'message' => $message, 'metadata' => ['message_id' => $id]]
    )));
}

function news(): void
{
    $sender = sender();
    if ($sender === '') {
        answer(400, '[]');
        return;
    }
    $query = ['sender' => $sender, 'answers' => 'false'];
    if (is_string($_GET['after'] ?? null) && $_GET['after'] !== '') {
        $query['after'] = $_GET['after'];
    }
    answer(...ask('/messages?' . http_build_query($query)));
}

$path = (string) parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if ($_SERVER['REQUEST_METHOD'] === 'POST' && $path === '/chat/send') {
    send();
} elseif ($_SERVER['REQUEST_METHOD'] === 'GET' && $path === '/chat/news') {
    news();
} elseif ($_SERVER['REQUEST_METHOD'] === 'GET' && isset(FILES[$path])) {
    answer(200, (string) file_get_contents(__DIR__ . '/' . FILES[$path][0]), FILES[$path][1]);
} else {
    answer(404, '[]');
}
