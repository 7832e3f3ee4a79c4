/* libsatchel as a C program uses it. The argument is the directory of the demo channels. */

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/satchel.h"

static int failures = 0;

#define EXPECT(condition)                                                   \
  do {                                                                      \
    if (!(condition)) {                                                     \
      fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
      ++failures;                                                           \
    }                                                                       \
  } while (0)

static char channel[4096];

/* For a machine that is the same everywhere. */
static satchel_request* NewRequest(void) {
  satchel_request* request = satchel_request_new();
  EXPECT(satchel_request_set_platform(request, "linux-64", NULL) == SATCHEL_OK);
  EXPECT(satchel_request_add_virtual_package(request, "__glibc", "2.36", "0", NULL) == SATCHEL_OK);
  EXPECT(satchel_request_add_virtual_package(request, "__linux", "6.1", "0", NULL) == SATCHEL_OK);
  EXPECT(satchel_request_add_virtual_package(request, "__unix", "0", "0", NULL) == SATCHEL_OK);
  EXPECT(satchel_request_add_channel(request, channel, NULL) == SATCHEL_OK);
  return request;
}

static void SolvesToRecords(void) {
  satchel_request* request = NewRequest();
  satchel_result* result = NULL;
  char* error = NULL;
  EXPECT(satchel_request_add_spec(request, "numpy", &error) == SATCHEL_OK);
  EXPECT(satchel_solve(request, NULL, &result, &error) == SATCHEL_OK);
  if (error != NULL) {
    fprintf(stderr, "%s\n", error);
    satchel_free(error);
  }
  if (result == NULL) {
    ++failures;
    return;
  }
  EXPECT(satchel_result_has_plan(result));
  EXPECT(satchel_result_is_proven(result));
  size_t count = satchel_result_count(result, SATCHEL_PACKAGES);
  EXPECT(count > 1);
  EXPECT(count == satchel_result_count(result, SATCHEL_LINK));
  EXPECT(satchel_result_count(result, SATCHEL_UNLINK) == 0);
  int found = 0;
  for (size_t i = 0; i < count; ++i) {
    if (strcmp(satchel_result_record(result, SATCHEL_PACKAGES, i, SATCHEL_NAME), "numpy") == 0) {
      found = 1;
      EXPECT(satchel_result_record(result, SATCHEL_PACKAGES, i, SATCHEL_VERSION)[0] != '\0');
      EXPECT(strstr(satchel_result_record(result, SATCHEL_PACKAGES, i, SATCHEL_URL), "numpy") !=
             NULL);
      EXPECT(strstr(satchel_result_record(result, SATCHEL_PACKAGES, i, SATCHEL_RECORD_JSON),
                    "\"depends\"") != NULL);
    }
  }
  EXPECT(found);
  EXPECT(satchel_result_record(result, SATCHEL_PACKAGES, count, SATCHEL_NAME) == NULL);
  EXPECT(strstr(satchel_result_json(result), "\"LINK\"") != NULL);

  /* What it says can be installed: then nothing is left to do. */
  satchel_request* again = NewRequest();
  for (size_t i = 0; i < count; ++i) {
    const char* json = satchel_result_record(result, SATCHEL_PACKAGES, i, SATCHEL_RECORD_JSON);
    EXPECT(satchel_request_add_installed(again, json, i == 0 ? "python" : NULL, NULL) ==
           SATCHEL_OK);
  }
  EXPECT(satchel_request_add_spec(again, "numpy", NULL) == SATCHEL_OK);
  satchel_channels* channels = NULL;
  EXPECT(satchel_channels_open(again, &channels, NULL) == SATCHEL_OK);
  satchel_result* same = NULL;
  EXPECT(satchel_solve(again, channels, &same, NULL) == SATCHEL_OK);
  EXPECT(satchel_result_count(same, SATCHEL_LINK) == 0);
  EXPECT(satchel_result_count(same, SATCHEL_PACKAGES) == count);
  satchel_result_free(same);
  satchel_channels_free(channels);
  satchel_request_free(again);
  satchel_result_free(result);
  satchel_request_free(request);
}

static void ExplainsConflicts(void) {
  satchel_request* request = NewRequest();
  satchel_result* result = NULL;
  EXPECT(satchel_request_add_spec(request, "numpy <0.1", NULL) == SATCHEL_OK);
  satchel_request_set_fixes(request, 2, 5);
  EXPECT(satchel_solve(request, NULL, &result, NULL) == SATCHEL_OK);
  EXPECT(!satchel_result_has_plan(result));
  EXPECT(satchel_result_count(result, SATCHEL_PACKAGES) == 0);
  EXPECT(strstr(satchel_result_json(result), "\"fixes\"") != NULL);
  EXPECT(strstr(satchel_result_text(result), "numpy") != NULL);
  satchel_result_free(result);
  satchel_request_free(request);
}

static void SaysWhatIsWrong(void) {
  satchel_request* request = NewRequest();
  satchel_result* result = NULL;
  char* error = NULL;
  EXPECT(satchel_request_add_spec(request, "numpy >=>2", &error) == SATCHEL_INVALID);
  EXPECT(error != NULL && strlen(error) > 0);
  satchel_free(error);
  error = NULL;
  EXPECT(satchel_request_add_spec(request, NULL, &error) == SATCHEL_INVALID);
  satchel_free(error);
  EXPECT(satchel_request_add_installed(request, "{", NULL, NULL) == SATCHEL_INVALID);
  EXPECT(satchel_request_set_platform(request, "beos-64", NULL) == SATCHEL_INVALID);
  EXPECT(satchel_request_configure(request, "channel_priority", "perhaps", NULL) ==
         SATCHEL_INVALID);
  EXPECT(satchel_request_configure(request, "no_such_key", "1", NULL) == SATCHEL_INVALID);
  EXPECT(satchel_request_configure(request, "channel_priority", "strict", NULL) == SATCHEL_OK);
  EXPECT(satchel_request_set_prefix(request, "/nonexistent", NULL) == SATCHEL_IO);
  EXPECT(satchel_request_add_channel(request, "/no/such/channel", NULL) == SATCHEL_OK);
  error = NULL;
  EXPECT(satchel_solve(request, NULL, &result, &error) == SATCHEL_IO);
  EXPECT(result == NULL && error != NULL && strstr(error, "/no/such/channel") != NULL);
  satchel_free(error);
  satchel_request_free(request);
  satchel_request_free(NULL);
  satchel_result_free(NULL);
  satchel_free(NULL);
}

static void* Cancel(void* request) {
  satchel_request_cancel(request);
  return NULL;
}

static void CanBeCancelled(void) {
  satchel_request* request = NewRequest();
  satchel_result* result = NULL;
  EXPECT(satchel_request_add_spec(request, "numpy", NULL) == SATCHEL_OK);
  pthread_t other;
  EXPECT(pthread_create(&other, NULL, &Cancel, request) == 0);
  pthread_join(other, NULL);
  /* Either nothing, or a plan that was found all the same. */
  satchel_code code = satchel_solve(request, NULL, &result, NULL);
  EXPECT(code == SATCHEL_CANCELLED || code == SATCHEL_OK);
  satchel_result_free(result);
  satchel_request_free(request);
}

int main(int argc, char** argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: api_test DIRECTORY\n");
    return 2;
  }
  snprintf(channel, sizeof(channel), "%s/conda-forge", argv[1]);
  EXPECT(satchel_abi() == SATCHEL_ABI);
  EXPECT(strlen(satchel_version()) > 0);
  SolvesToRecords();
  ExplainsConflicts();
  SaysWhatIsWrong();
  CanBeCancelled();
  if (failures == 0) {
    puts("ok");
  }
  return failures == 0 ? 0 : 1;
}
