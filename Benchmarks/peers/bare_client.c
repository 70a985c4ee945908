// What the browser needs to replay its log to a client that only reads: attaches, asks for all six
// services at once, counts messages until the sixth reply, keeps nothing.
// usage: bare_client ws://HOST:PORT/PATH
#define _GNU_SOURCE
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int sock = -1;
// Received bytes are buffer[head ..< tail]. It grows to hold the largest message whole.
static unsigned char *buffer;
static size_t capacity, head, tail;

__attribute__((noreturn, format(printf, 1, 2))) static void fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fputs("bare_client: ", stderr);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fputc('\n', stderr);
  exit(1);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void fill(size_t wanted) {
  while (tail - head < wanted) {
    if (head > 0 && (head == tail || capacity - head < wanted)) {
      memmove(buffer, buffer + head, tail - head);
      tail -= head;
      head = 0;
    }
    if (capacity - head < wanted || tail == capacity) {
      capacity = capacity ? capacity * 2 : 1 << 20;
      while (capacity - head < wanted) capacity *= 2;
      buffer = realloc(buffer, capacity);
      if (!buffer) fail("out of memory for a message of %zu bytes", wanted);
    }
    const ssize_t count = recv(sock, buffer + tail, capacity - tail, 0);
    if (count == 0) fail("the other side closed the connection");
    if (count < 0 && errno != EINTR) fail("recv: %s", strerror(errno));
    if (count > 0) tail += (size_t)count;
  }
}

static void send_all(const void *bytes, size_t length) {
  const char *at = bytes;
  while (length > 0) {
    const ssize_t count = send(sock, at, length, MSG_NOSIGNAL);
    if (count < 0 && errno != EINTR) fail("send: %s", strerror(errno));
    if (count > 0) at += count, length -= (size_t)count;
  }
}

// RFC 6455 section 5.2. The masking key is zero: it guards proxies, of which loopback has none.
static size_t put_frame(unsigned char *out, unsigned opcode, const void *payload, size_t length) {
  size_t at = 0;
  out[at++] = (unsigned char)(0x80 | opcode);
  if (length < 126) {
    out[at++] = (unsigned char)(0x80 | length);
  } else {
    out[at++] = 0x80 | 126;
    out[at++] = (unsigned char)(length >> 8);
    out[at++] = (unsigned char)length;
  }
  memset(out + at, 0, 4);
  memcpy(out + at + 4, payload, length);
  return at + 4 + length;
}

static void send_text(const char *text) {
  unsigned char frame[4096];
  send_all(frame, put_frame(frame, 1, text, strlen(text)));
}

// The next whole message; its text stays valid until the next call. Fragments are joined in place.
static const char *next_message(size_t *length) {
  static char *joined;
  static size_t joinedLength, joinedCapacity;
  joinedLength = 0;
  for (;;) {
    fill(2);
    const unsigned first = buffer[head], second = buffer[head + 1];
    size_t header = 2, payload = second & 0x7f;
    if (payload == 126) {
      header = 4;
      fill(header);
      payload = (size_t)buffer[head + 2] << 8 | buffer[head + 3];
    } else if (payload == 127) {
      header = 10;
      fill(header);
      payload = 0;
      for (int i = 2; i < 10; i++) payload = payload << 8 | buffer[head + i];
    }
    if (second & 0x80) fail("a server's frame must not be masked");
    fill(header + payload);
    const char *text = (const char *)buffer + head + header;
    head += header + payload;
    const unsigned opcode = first & 0x0f;
    if (opcode == 8) fail("the other side closed the WebSocket");
    if (opcode == 9) {
      unsigned char pong[160];
      if (payload <= 125) send_all(pong, put_frame(pong, 10, text, payload));
      continue;
    }
    if (opcode == 10) continue;
    const int last = (first & 0x80) != 0;
    if (last && joinedLength == 0) {
      *length = payload;
      return text;
    }
    if (joinedLength + payload > joinedCapacity) {
      joinedCapacity = (joinedLength + payload) * 2;
      joined = realloc(joined, joinedCapacity);
      if (!joined) fail("out of memory for a message of %zu bytes", joinedLength + payload);
    }
    memcpy(joined + joinedLength, text, payload);
    joinedLength += payload;
    if (last) {
      *length = joinedLength;
      return joined;
    }
  }
}

// The id of a reply, 0 for an event. Replies to what is asked here are short.
static long reply_id(const char *text, size_t length) {
  if (length > 600 || memmem(text, length, "\"method\":", 9)) return 0;
  const char *at = memmem(text, length, "\"id\":", 5);
  return at ? strtol(at + 5, NULL, 10) : 0;
}

static void wait_for(long id, const char *key, char *value, size_t size) {
  size_t length;
  const char *text;
  do text = next_message(&length);
  while (reply_id(text, length) != id);
  char pattern[40];
  snprintf(pattern, sizeof pattern, "\"%s\":\"", key);
  const char *start = memmem(text, length, pattern, strlen(pattern));
  if (!start) fail("no %s in the answer: %.*s", key, (int)length, text);
  start += strlen(pattern);
  const char *end = memchr(start, '"', length - (size_t)(start - text));
  if (!end || (size_t)(end - start) >= size) fail("the %s in the answer is too long", key);
  memcpy(value, start, (size_t)(end - start));
  value[end - start] = 0;
}

static void dial(const char *host, const char *port, const char *path) {
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list;
  const int code = getaddrinfo(host, port, &hints, &list);
  if (code) fail("%s: %s", host, gai_strerror(code));
  for (struct addrinfo *at = list; at; at = at->ai_next) {
    sock = socket(at->ai_family, SOCK_STREAM, 0);
    if (sock >= 0 && connect(sock, at->ai_addr, at->ai_addrlen) == 0) break;
    if (sock >= 0) close(sock);
    sock = -1;
  }
  freeaddrinfo(list);
  if (sock < 0) fail("can't connect to %s:%s: %s", host, port, strerror(errno));
  const int on = 1;
  setsockopt(sock, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);

  char request[1024];
  snprintf(request, sizeof request,
           "GET %s HTTP/1.1\r\nHost: %s:%s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n",
           path, host, port);
  send_all(request, strlen(request));
  unsigned char *end;
  size_t wanted = 1;
  do {
    fill(wanted);
    wanted = tail - head + 1;
    end = memmem(buffer + head, tail - head, "\r\n\r\n", 4);
  } while (!end);
  if (memcmp(buffer + head, "HTTP/1.1 101", 12)) fail("the server did not switch to WebSocket");
  head = (size_t)(end + 4 - buffer);
}

int main(int argc, char **argv) {
  char host[256], port[16], path[512];
  if (argc != 2 || sscanf(argv[1], "ws://%255[^:/]:%15[0-9]%511s", host, port, path) != 3) {
    fprintf(stderr, "usage: bare_client ws://HOST:PORT/PATH\n");
    return 2;
  }
  const double started = now();
  dial(host, port, path);

  char target[128], session[128], command[512];
  send_text("{\"id\":1,\"method\":\"Target.createTarget\","
            "\"params\":{\"url\":\"about:blank\",\"hidden\":true}}");
  wait_for(1, "targetId", target, sizeof target);
  snprintf(command, sizeof command,
           "{\"id\":2,\"method\":\"Target.attachToTarget\","
           "\"params\":{\"targetId\":\"%s\",\"flatten\":true}}",
           target);
  send_text(command);
  wait_for(2, "sessionId", session, sizeof session);

  static const char *services[6] = {"backgroundFetch",        "backgroundSync",
                                    "periodicBackgroundSync", "notifications",
                                    "pushMessaging",          "paymentHandler"};
  unsigned char frames[4096];
  size_t length = 0;
  for (int i = 0; i < 6; i++) {
    snprintf(command, sizeof command,
             "{\"id\":%d,\"method\":\"BackgroundService.startObserving\","
             "\"params\":{\"service\":\"%s\"},\"sessionId\":\"%s\"}",
             10 + i, services[i], session);
    length += put_frame(frames + length, 1, command, strlen(command));
  }
  const double asked = now();
  send_all(frames, length);

  long messages = 0, bytes = 0;
  for (int replies = 0; replies < 6; messages++) {
    size_t size;
    const char *text = next_message(&size);
    bytes += (long)size;
    const long id = reply_id(text, size);
    if (id >= 10 && id < 16) {
      if (memmem(text, size, "\"error\":", 8)) fail("%.*s", (int)size, text);
      replies++;
    }
  }
  const double ended = now();
  printf("{\"messages\":%ld,\"bytes\":%ld,\"seconds\":%.6f,\"connectSeconds\":%.6f}\n", messages, bytes,
         ended - asked, asked - started);
  return 0;
}
