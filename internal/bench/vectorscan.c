/*
 * Looks for many literals in files with Vectorscan (or Hyperscan) and prints
 * how many matches and how many matching lines there are.
 *
 *   vectorscan exact|nocase LITERALS FILE...
 *
 * Literals are one a line. Files are read in blocks of 1 MiB; the line that a
 * block ends in is carried over into the next one, so that no match is cut.
 *
 *   cc -O2 -o vectorscan vectorscan.c -lhs
 */
#include <errno.h>
#include <fcntl.h>
#include <hs/hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BLOCK = 1 << 20 };

struct count {
  const char *data;
  size_t len;
  size_t line_end; /* of the line that was counted last */
  unsigned long long matches, lines;
};

static void die(const char *what) {
  fprintf(stderr, "vectorscan: %s: %s\n", what, errno ? strerror(errno) : "failed");
  exit(2);
}

static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context) {
  struct count *c = context;
  (void)id, (void)from, (void)flags;
  c->matches++;
  if (to > c->line_end) {
    const char *end = memchr(c->data + to, '\n', c->len - to);
    c->line_end = end ? (size_t)(end - c->data) : c->len;
    c->lines++;
  }
  return 0;
}

static char *read_all(const char *path, size_t *len) {
  FILE *f = fopen(path, "rb");
  if (!f || fseek(f, 0, SEEK_END)) die(path);
  long size = ftell(f);
  rewind(f);
  char *text = malloc((size_t)size + 1);
  if (!text || fread(text, 1, (size_t)size, f) != (size_t)size) die(path);
  fclose(f);
  *len = (size_t)size;
  return text;
}

static hs_database_t *compile(const char *path, unsigned flags) {
  size_t len, n = 0, room = 1024;
  char *text = read_all(path, &len);
  const char **literals = malloc(room * sizeof *literals);
  size_t *lengths = malloc(room * sizeof *lengths);
  for (char *p = text, *end = text + len; p < end;) {
    char *stop = memchr(p, '\n', (size_t)(end - p));
    if (!stop) stop = end;
    if (n == room) {
      room *= 2;
      literals = realloc(literals, room * sizeof *literals);
      lengths = realloc(lengths, room * sizeof *lengths);
    }
    if (!literals || !lengths) die("memory");
    if (stop > p) {
      literals[n] = p;
      lengths[n++] = (size_t)(stop - p);
    }
    p = stop + 1;
  }
  unsigned *all_flags = malloc(n * sizeof *all_flags), *ids = malloc(n * sizeof *ids);
  if (!all_flags || !ids) die("memory");
  for (size_t i = 0; i < n; i++) {
    all_flags[i] = flags;
    ids[i] = (unsigned)i;
  }
  hs_database_t *db;
  hs_compile_error_t *error;
  if (hs_compile_lit_multi(literals, all_flags, ids, lengths, (unsigned)n, HS_MODE_BLOCK, NULL, &db, &error) != HS_SUCCESS) {
    fprintf(stderr, "vectorscan: %s\n", error->message);
    exit(2);
  }
  free(ids);
  free(all_flags);
  free(lengths);
  free(literals);
  free(text);
  return db;
}

static void scan_block(const hs_database_t *db, hs_scratch_t *scratch, struct count *c, const char *data, size_t len) {
  c->data = data;
  c->len = len;
  c->line_end = 0;
  if (len && hs_scan(db, data, (unsigned)len, 0, scratch, on_match, c) != HS_SUCCESS) die("scan");
}

static void scan_file(const hs_database_t *db, hs_scratch_t *scratch, struct count *c, const char *path) {
  static char *buffer;
  static size_t room;
  if (!buffer) {
    room = 2 * BLOCK;
    if (!(buffer = malloc(room))) die("memory");
  }
  int fd = open(path, O_RDONLY);
  if (fd < 0) die(path);
  size_t held = 0;
  for (;;) {
    if (room - held < BLOCK) { /* one line is longer than a block */
      room *= 2;
      if (!(buffer = realloc(buffer, room))) die("memory");
    }
    ssize_t got = read(fd, buffer + held, BLOCK);
    if (got < 0) die(path);
    if (got == 0) break;
    held += (size_t)got;
    size_t whole = held;
    while (whole && buffer[whole - 1] != '\n') whole--;
    scan_block(db, scratch, c, buffer, whole);
    memmove(buffer, buffer + whole, held - whole);
    held -= whole;
  }
  scan_block(db, scratch, c, buffer, held);
  close(fd);
}

int main(int argc, char **argv) {
  if (argc < 4 || (strcmp(argv[1], "exact") && strcmp(argv[1], "nocase"))) {
    fprintf(stderr, "usage: vectorscan exact|nocase LITERALS FILE...\n");
    return 2;
  }
  hs_database_t *db = compile(argv[2], strcmp(argv[1], "nocase") ? 0 : HS_FLAG_CASELESS);
  hs_scratch_t *scratch = NULL;
  if (hs_alloc_scratch(db, &scratch) != HS_SUCCESS) die("scratch");
  struct count c = {0};
  for (int i = 3; i < argc; i++) scan_file(db, scratch, &c, argv[i]);
  printf("%llu lines, %llu matches\n", c.lines, c.matches);
  hs_free_scratch(scratch);
  hs_free_database(db);
  return 0;
}
