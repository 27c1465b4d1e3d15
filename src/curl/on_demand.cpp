// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <curl/curl.h>
#include <dlfcn.h>

#include <cstdarg>

// libcurl's functions under their own names, as CFITSIO and our own exchanges with servers call
// them: the library and the thirty others that it needs are loaded by the first call. Hardly any
// command talks to a server, and loading them takes longer than all that most commands do.

#undef curl_easy_setopt
#undef curl_easy_getinfo

namespace {

// nullptr when there is no libcurl, or none with that function.
void* symbol(const char* name) {
  static void* const library = ::dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  return library != nullptr ? ::dlsym(library, name) : nullptr;
}

// The function `name` of libcurl, of the type of `declared`.
template <class Function>
Function* loaded(const char* name, Function* /*declared*/) {
  return reinterpret_cast<Function*>(symbol(name));
}

}  // namespace

extern "C" {

CURLcode curl_global_init(long flags) {
  static const auto function = loaded("curl_global_init", &curl_global_init);
  return function != nullptr ? function(flags) : CURLE_FAILED_INIT;
}

void curl_global_cleanup() {
  static const auto function = loaded("curl_global_cleanup", &curl_global_cleanup);
  if (function != nullptr) function();
}

CURL* curl_easy_init() {
  static const auto function = loaded("curl_easy_init", &curl_easy_init);
  return function != nullptr ? function() : nullptr;
}

void curl_easy_cleanup(CURL* handle) {
  static const auto function = loaded("curl_easy_cleanup", &curl_easy_cleanup);
  if (function != nullptr) function(handle);
}

void curl_easy_reset(CURL* handle) {
  static const auto function = loaded("curl_easy_reset", &curl_easy_reset);
  if (function != nullptr) function(handle);
}

CURLcode curl_easy_perform(CURL* handle) {
  static const auto function = loaded("curl_easy_perform", &curl_easy_perform);
  return function != nullptr ? function(handle) : CURLE_FAILED_INIT;
}

// The one value after the option is a pointer or an integer, and is passed on as wide as either.
CURLcode curl_easy_setopt(CURL* handle, CURLoption option, ...) {
  static const auto function = loaded("curl_easy_setopt", &curl_easy_setopt);
  std::va_list values;
  va_start(values, option);
  void* const value = va_arg(values, void*);
  va_end(values);
  return function != nullptr ? function(handle, option, value) : CURLE_FAILED_INIT;
}

CURLcode curl_easy_getinfo(CURL* handle, CURLINFO info, ...) {
  static const auto function = loaded("curl_easy_getinfo", &curl_easy_getinfo);
  std::va_list values;
  va_start(values, info);
  void* const value = va_arg(values, void*);
  va_end(values);
  return function != nullptr ? function(handle, info, value) : CURLE_FAILED_INIT;
}

const char* curl_easy_strerror(CURLcode code) {
  static const auto function = loaded("curl_easy_strerror", &curl_easy_strerror);
  // cppcheck-suppress CastIntegerToAddressAtReturn ; what the function returns is a pointer
  return function != nullptr ? function(code) : "libcurl is not installed";
}

curl_slist* curl_slist_append(curl_slist* list, const char* text) {
  static const auto function = loaded("curl_slist_append", &curl_slist_append);
  return function != nullptr ? function(list, text) : nullptr;
}

void curl_slist_free_all(curl_slist* list) {
  static const auto function = loaded("curl_slist_free_all", &curl_slist_free_all);
  if (function != nullptr) function(list);
}

}  // extern "C"
