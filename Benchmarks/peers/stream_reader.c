// Many readers of Offstage's stream in one process, none of which does more than look: counts what
// each is told, sees whether an event is missing or twice there, and how old each event is when it
// arrives.
// usage: stream_reader PORT TOKEN READERS EVENTS SECONDS
//
// Prints a line when every stream is open, and one of JSON when every reader has so many events or
// the time is over.
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

// An event larger than this is none of the storm's.
enum { CAPACITY = 4 << 20, TICK = 50, TICKS = 400000 };

struct reader {
  int socket;
  char *buffer;
  size_t length;
  int is_open;
  long events, wakeups, skipped, wrong;
  long long last;
};

// Ages in steps of 50 microseconds, up to 20 s.
static long ages[TICKS];
static long age_count;

__attribute__((noreturn)) static void fail(const char *what) {
  fprintf(stderr, "stream_reader: %s: %s\n", what, strerror(errno));
  exit(1);
}

static long long wall(void) {
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  return (long long)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int dial(int port, const char *token) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int descriptor = socket(AF_INET, SOCK_STREAM, 0);
  if (descriptor < 0 || connect(descriptor, (struct sockaddr *)&address, sizeof address)) fail("connect");
  char request[1024];
  const int length = snprintf(
      request, sizeof request,
      "GET /api/v1/stream HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: Bearer %s\r\n\r\n", port, token);
  if (send(descriptor, request, (size_t)length, MSG_NOSIGNAL) != length) fail("send");
  return descriptor;
}

// The lines of the chunked coding stand between messages and never within one: a message is
// written as a whole.
static void look(struct reader *r, long long now) {
  static const char start[] = "event: event\nid: ", stamp[] = "\"timestampMicros\":";
  char *at = r->buffer, *end = r->buffer + r->length, *whole = r->buffer;
  if (!r->is_open && memmem(at, r->length, "event: cursor", 13)) r->is_open = 1;
  for (char *p = at; (p = memmem(p, (size_t)(end - p), "event: skipped", 14)); p += 14) r->skipped++;
  while ((at = memmem(at, (size_t)(end - at), start, sizeof start - 1))) {
    char *finish = memmem(at, (size_t)(end - at), "\n\n", 2);
    if (!finish) break;
    const long long id = strtoll(at + sizeof start - 1, NULL, 10);
    const char *micros = memmem(at, (size_t)(finish - at), stamp, sizeof stamp - 1);
    if (!micros || (r->last && id != r->last + 1)) r->wrong++;
    if (micros) {
      long long age = (now - strtoll(micros + sizeof stamp - 1, NULL, 10)) / TICK;
      ages[age < 0 ? 0 : age < TICKS ? age : TICKS - 1]++;
      age_count++;
    }
    r->last = id;
    r->events++;
    at = whole = finish + 2;
  }
  // What is left may be the start of an event.
  size_t rest = (size_t)(end - whole);
  if (whole == r->buffer && rest > CAPACITY / 2) whole = end - 64, rest = 64;
  memmove(r->buffer, whole, rest);
  r->length = rest;
}

static double age_at(double part) {
  long seen = 0;
  for (long tick = 0; tick < TICKS; tick++)
    if ((seen += ages[tick]) >= part * (double)age_count) return (double)tick * TICK / 1000.0;
  return 0;
}

int main(int count, char **arguments) {
  if (count != 6) return fprintf(stderr, "usage: stream_reader PORT TOKEN READERS EVENTS SECONDS\n"), 2;
  const int port = atoi(arguments[1]), readers = atoi(arguments[3]);
  const long wanted = atol(arguments[4]);
  struct reader *all = calloc((size_t)readers, sizeof *all);
  const int poll = epoll_create1(0);
  for (int n = 0; n < readers; n++) {
    all[n].buffer = malloc(CAPACITY);
    all[n].socket = dial(port, arguments[2]);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &all[n]};
    if (epoll_ctl(poll, EPOLL_CTL_ADD, all[n].socket, &event)) fail("epoll_ctl");
  }
  const long long deadline = wall() + atoll(arguments[5]) * 1000000;
  int open = 0, done = 0, said = 0;
  while (done < readers && wall() < deadline) {
    struct epoll_event events[64];
    const int ready = epoll_wait(poll, events, 64, 1000);
    for (int n = 0; n < ready; n++) {
      struct reader *r = events[n].data.ptr;
      const ssize_t got = recv(r->socket, r->buffer + r->length, CAPACITY - r->length, MSG_DONTWAIT);
      if (got == 0) return fprintf(stderr, "stream_reader: a stream ended\n"), 1;
      if (got < 0) continue;
      r->length += (size_t)got;
      r->wakeups++;
      const int was_open = r->is_open, was_done = r->events >= wanted;
      look(r, wall());
      open += !was_open && r->is_open;
      done += !was_done && r->events >= wanted;
    }
    if (open == readers && !said) {
      said = 1;
      puts("{\"open\":true}");
      fflush(stdout);
    }
  }
  struct timespec used;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  long total = 0, wakeups = 0, skipped = 0, wrong = 0, fewest = wanted;
  for (int n = 0; n < readers; n++) {
    total += all[n].events;
    wakeups += all[n].wakeups;
    skipped += all[n].skipped;
    wrong += all[n].wrong;
    if (all[n].events < fewest) fewest = all[n].events;
  }
  printf("{\"events\":%ld,\"fewest\":%ld,\"skipped\":%ld,\"wrong\":%ld,\"reads\":%ld,\"p50\":%.2f,"
         "\"p95\":%.2f,\"p99\":%.2f,\"most\":%.2f,\"cpu\":%.2f}\n",
         total, fewest, skipped, wrong, wakeups, age_at(0.5), age_at(0.95), age_at(0.99), age_at(1),
         (double)used.tv_sec + (double)used.tv_nsec / 1e9);
  return 0;
}
