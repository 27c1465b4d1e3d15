// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "calibrations/http.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <functional>
#include <mutex>
#include <thread>

#include "base/errors.h"
#include "base/text.h"

namespace wyvern::calibrations {
namespace {

namespace fs = std::filesystem;

constexpr long kPartialContent = 206, kRangeNotSatisfiable = 416, kServerError = 500;

struct CloseFile {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

struct FreeList {
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};
using Lines = std::unique_ptr<curl_slist, FreeList>;

Lines lines_of(const std::vector<std::string>& texts) {
  curl_slist* list = nullptr;
  for (const std::string& text : texts) list = curl_slist_append(list, text.c_str());
  return Lines(list);
}

bool is_unreachable(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
      return true;
    default:
      return false;
  }
}

// What a second attempt may mend.
bool may_pass(const HttpReply& reply) {
  return !reply.error.empty() || reply.status >= kServerError;
}

}  // namespace

// One transfer's ends: where bytes go and come from.
struct Http::Session {
  Session() {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
    handle = curl_easy_init();
    if (handle == nullptr) throw DatabaseError("libcurl cannot be started");
  }
  ~Session() { curl_easy_cleanup(handle); }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  template <class T>
  void set(CURLoption option, T value) {
    curl_easy_setopt(handle, option, value);
  }

  void prepare(const std::string& url, const std::string& cookie, const std::string& content_type,
               const HttpLimits& limits, const std::atomic<bool>* stop_flag) {
    curl_easy_reset(handle);  // the connection stays
    reply = {};
    failure.clear();
    message[0] = '\0';
    stop = stop_flag;
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_ERRORBUFFER, message);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_USERAGENT, "wyvern");
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    // What began in secret goes on in secret.
    set(CURLOPT_REDIR_PROTOCOLS_STR, url.starts_with("https:") ? "https" : "http,https");
    set(CURLOPT_FOLLOWLOCATION, 1L);
    set(CURLOPT_MAXREDIRS, static_cast<long>(limits.redirects));
    set(CURLOPT_POSTREDIR, static_cast<long>(CURL_REDIR_POST_ALL));
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits.connect.count()));
    // As a header of ours it is left out when the server redirects to another host; with
    // CURLOPT_COOKIE it would go along.
    std::vector<std::string> headers = {"Expect:"};
    if (!content_type.empty()) headers.push_back("Content-Type: " + content_type);
    if (!cookie.empty()) headers.push_back("Cookie: " + cookie);
    header_lines = lines_of(headers);
    set(CURLOPT_HTTPHEADER, header_lines.get());
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFODATA, this);
    set(CURLOPT_XFERINFOFUNCTION, &Session::progress);
    silence = limits.silence;
    last_sign = std::chrono::steady_clock::now();
    moved = 0;
  }

  // Runs the transfer and fills in the reply.
  HttpReply perform() {
    const CURLcode code = curl_easy_perform(handle);
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &reply.status);
    const char* type = nullptr;
    curl_easy_getinfo(handle, CURLINFO_CONTENT_TYPE, &type);
    if (type != nullptr) reply.content_type = type;
    if (stop != nullptr && *stop) throw Interrupted();
    if (code == CURLE_OK) return reply;
    const bool silent = code == CURLE_ABORTED_BY_CALLBACK && failure.empty();
    reply.unreachable = is_unreachable(code) || silent;
    reply.silent = silent || code == CURLE_OPERATION_TIMEDOUT;
    if (!failure.empty()) {
      reply.error = failure;
    } else if (silent) {
      reply.error =
          fmt::format("no byte came for {:g} s", std::chrono::duration<double>(silence).count());
    } else {
      reply.error = message[0] != '\0' ? message : curl_easy_strerror(code);
    }
    return reply;
  }

  // Called often while a transfer runs; stops one that does not move.
  static int progress(void* self, curl_off_t, curl_off_t down, curl_off_t, curl_off_t up) {
    auto& session = *static_cast<Session*>(self);
    if (session.stop != nullptr && *session.stop) return 1;
    const auto now = std::chrono::steady_clock::now();
    if (down + up != session.moved) {
      session.moved = down + up;
      session.last_sign = now;
    }
    return now - session.last_sign > session.silence ? 1 : 0;
  }

  CURL* handle = nullptr;
  HttpReply reply;
  std::string failure;  // our own reason to end a transfer
  char message[CURL_ERROR_SIZE] = {};
  const std::atomic<bool>* stop = nullptr;
  std::chrono::milliseconds silence{};
  std::chrono::steady_clock::time_point last_sign;
  curl_off_t moved = 0;
  Lines header_lines;

  // The ends of the present transfer.
  std::size_t most_bytes = 0;
  std::FILE* file = nullptr;
  std::int64_t written = 0, most_file_bytes = 0;
  bool no_space = false, begun = false;
  std::int64_t offset = 0;

  static std::size_t take_answer(char* bytes, std::size_t size, std::size_t count, void* self) {
    auto& session = *static_cast<Session*>(self);
    const std::size_t length = size * count;
    if (session.reply.body.size() + length > session.most_bytes) {
      session.failure = fmt::format("the answer is longer than {} bytes", session.most_bytes);
      return 0;
    }
    session.reply.body.append(bytes, length);
    return length;
  }

  // Bytes of a file; those of an error page are kept apart.
  static std::size_t take_file(char* bytes, std::size_t size, std::size_t count, void* self) {
    auto& session = *static_cast<Session*>(self);
    const std::size_t length = size * count;
    long status = 0;
    curl_easy_getinfo(session.handle, CURLINFO_RESPONSE_CODE, &status);
    if (status >= 300) return take_answer(bytes, size, count, self);
    if (!session.begun) {
      session.begun = true;
      // A server that does not know of ranges begins from the beginning.
      if (session.offset > 0 && status != kPartialContent) {
        if (::ftruncate(::fileno(session.file), 0) != 0) return 0;
        std::rewind(session.file);
        session.written = 0;
      }
    }
    session.written += static_cast<std::int64_t>(length);
    if (session.written > session.most_file_bytes) {
      session.failure = fmt::format("the file is longer than {} bytes", session.most_file_bytes);
      return 0;
    }
    if (std::fwrite(bytes, 1, length, session.file) == length) return length;
    session.no_space = true;
    return 0;
  }

  static std::size_t give_file(char* bytes, std::size_t size, std::size_t count, void* self) {
    return std::fread(bytes, 1, size * count, static_cast<Session*>(self)->file);
  }

  static int seek_file(void* self, curl_off_t offset, int origin) {
    const bool done = ::fseeko(static_cast<Session*>(self)->file, offset, origin) == 0;
    return done ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL;
  }
};

Http::Http(HttpLimits limits, const std::atomic<bool>* stop)
    : limits_(limits), stop_(stop), session_(std::make_unique<Session>()) {}
Http::~Http() = default;

namespace {

// Waits, but not beyond a wish to stop.
void wait(std::chrono::milliseconds pause, const std::atomic<bool>* stop) {
  constexpr std::chrono::milliseconds step{50};
  for (auto left = pause; left.count() > 0; left -= step) {
    if (stop != nullptr && *stop) throw Interrupted();
    std::this_thread::sleep_for(std::min(left, step));
  }
}

// Tries until it works or cannot be mended.
HttpReply repeat(const HttpLimits& limits, const std::atomic<bool>* stop,
                 const std::function<HttpReply()>& attempt,
                 const std::function<bool(const HttpReply&)>& again) {
  std::chrono::milliseconds pause = limits.pause;
  for (int left = limits.attempts;; --left) {
    HttpReply reply = attempt();
    if (left <= 1 || !again(reply)) return reply;
    wait(pause, stop);
    pause *= 2;
  }
}

}  // namespace

HttpReply Http::post(const std::string& url, const std::string& body,
                     const std::string& content_type, const std::string& cookie) {
  const auto attempt = [&] {
    session_->prepare(url, cookie, content_type, limits_, stop_);
    session_->most_bytes = limits_.answer_bytes;
    session_->set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    session_->set(CURLOPT_POSTFIELDS, body.c_str());
    session_->set(CURLOPT_WRITEDATA, session_.get());
    session_->set(CURLOPT_WRITEFUNCTION, &Session::take_answer);
    return session_->perform();
  };
  return repeat(limits_, stop_, attempt,
                [](const HttpReply& reply) { return may_pass(reply) && !reply.silent; });
}

HttpReply Http::download(const std::string& url, const std::string& path,
                         const std::string& cookie) {
  const auto attempt = [&] {
    const File file(std::fopen(path.c_str(), "ab"));
    if (!file)
      throw OutputError(fmt::format("{}: cannot be written: {}", path, std::strerror(errno)));
    std::fseek(file.get(), 0, SEEK_END);
    const std::int64_t offset = ::ftello(file.get());
    session_->prepare(url, cookie, "", limits_, stop_);
    session_->most_bytes = limits_.answer_bytes;
    session_->most_file_bytes = limits_.file_bytes;
    session_->file = file.get();
    session_->offset = session_->written = offset;
    session_->begun = session_->no_space = false;
    if (offset > 0) session_->set(CURLOPT_RANGE, fmt::format("{}-", offset).c_str());
    session_->set(CURLOPT_WRITEDATA, session_.get());
    session_->set(CURLOPT_WRITEFUNCTION, &Session::take_file);
    HttpReply reply = session_->perform();
    if (session_->no_space || std::fflush(file.get()) != 0) {
      throw OutputError(fmt::format("{}: cannot be written: {}", path, std::strerror(errno)));
    }
    // All of it was there already, or it is another file now: the digest will tell.
    if (reply.status == kRangeNotSatisfiable && offset > 0) reply.status = kPartialContent;
    return reply;
  };
  return repeat(limits_, stop_, attempt, may_pass);
}

HttpReply Http::upload(const std::string& url, const std::string& path, const std::string& cookie) {
  const auto attempt = [&] {
    const File file(std::fopen(path.c_str(), "rb"));
    std::error_code failed;
    const auto size = fs::file_size(path, failed);
    if (!file || failed) {
      throw InputError(fmt::format("{}: cannot be read: {}", path, std::strerror(errno)));
    }
    session_->prepare(url, cookie, "application/octet-stream", limits_, stop_);
    session_->most_bytes = limits_.answer_bytes;
    session_->file = file.get();
    session_->set(CURLOPT_POST, 1L);
    session_->set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(size));
    session_->set(CURLOPT_READDATA, session_.get());
    session_->set(CURLOPT_READFUNCTION, &Session::give_file);
    session_->set(CURLOPT_SEEKDATA, session_.get());
    session_->set(CURLOPT_SEEKFUNCTION, &Session::seek_file);
    session_->set(CURLOPT_WRITEDATA, session_.get());
    session_->set(CURLOPT_WRITEFUNCTION, &Session::take_answer);
    return session_->perform();
  };
  return repeat(limits_, stop_, attempt,
                [](const HttpReply& reply) { return reply.unreachable && reply.status == 0; });
}

std::string host_of(const std::string& url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string::npos) return "";
  const std::size_t begin = scheme + 3;
  const std::string authority = url.substr(begin, url.find_first_of("/?#", begin) - begin);
  return to_lower(authority.substr(authority.rfind('@') + 1));
}

}  // namespace wyvern::calibrations
