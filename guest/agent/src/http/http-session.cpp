#include "http/http-session.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace forkd {

namespace {
/** Of a tunnel at first: a thousand whose programs do not read hold no more than 10 MiB. */
constexpr int32_t kFirstWindowBytes = 8 * 1024;
constexpr int32_t kConnectionWindowBytes = 1024 * 1024;
/** A thousand tunnels, and what else is asked meanwhile. */
constexpr uint32_t kMaxStreams = 1280;
constexpr uint32_t kMaxHeaderListBytes = 32 * 1024;
/** The host may reset as many streams as it likes: clients of tunnels come and go, and all at once too. */
constexpr uint64_t kResetsPerSec = 1 << 20;
/** As much as one write to the host moves, where the host takes as much. */
constexpr uint32_t kMaxFrameBytes = 32 * 1024;
/** A path and a file's metadata, each byte escaped. */
constexpr size_t kMaxPathBytes = 30 * 1024;
constexpr size_t kMaxAuthorityBytes = 256;

nghttp2_nv field(std::string_view name, std::string_view value) {
  // nghttp2 copies both; its interface only lacks the const.
  return {reinterpret_cast<uint8_t*>(const_cast<char*>(name.data())),
          reinterpret_cast<uint8_t*>(const_cast<char*>(value.data())), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

HttpSession& selfOf(void* self) { return *static_cast<HttpSession*>(self); }
}  // namespace

HttpSession::HttpSession(RequestOpener& opener) : opener_(opener) {
  nghttp2_option* option = nullptr;
  nghttp2_option_new(&option);
  nghttp2_option_set_no_auto_window_update(option, 1);
  nghttp2_option_set_no_closed_streams(option, 1);
  nghttp2_option_set_stream_reset_rate_limit(option, kResetsPerSec, kResetsPerSec);
  nghttp2_session_server_new2(&session_, callbacks(), this, option);
  nghttp2_option_del(option);
  const std::array<nghttp2_settings_entry, 3> settings = {{
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, kMaxStreams},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kFirstWindowBytes},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, kMaxHeaderListBytes},
  }};
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
  nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, kConnectionWindowBytes);
  for (std::string_view frame = next(); !frame.empty(); frame = next()) greeting_ += frame;
}

HttpSession::~HttpSession() {
  // Handlers may look at other exchanges when theirs closes.
  const auto exchanges = std::move(exchanges_);
  for (const auto& [id, exchange] : exchanges) exchange->close(CloseReason::disconnected);
  nghttp2_session_del(session_);
}

nghttp2_session_callbacks* HttpSession::callbacks() {
  static nghttp2_session_callbacks* const table = [] {
    nghttp2_session_callbacks* made = nullptr;
    nghttp2_session_callbacks_new(&made);
    nghttp2_session_callbacks_set_on_begin_headers_callback(made, onBeginHeaders);
    nghttp2_session_callbacks_set_on_header_callback(made, onHeader);
    nghttp2_session_callbacks_set_on_frame_recv_callback(made, onFrame);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(made, onData);
    nghttp2_session_callbacks_set_on_frame_send_callback(made, onFrameSent);
    nghttp2_session_callbacks_set_on_stream_close_callback(made, onStreamClose);
    nghttp2_session_callbacks_set_data_source_read_length_callback(made, onFrameLength);
    return made;
  }();
  return table;
}

bool HttpSession::feed(std::string_view input) {
  const auto* data = reinterpret_cast<const uint8_t*>(input.data());
  const ssize_t taken = nghttp2_session_mem_recv(session_, data, input.size());
  if (taken < 0) return false;
  return nghttp2_session_want_read(session_) != 0 || nghttp2_session_want_write(session_) != 0;
}

std::string_view HttpSession::output() {
  if (greeted_) return next();
  greeted_ = true;
  return greeting_;
}

std::string_view HttpSession::next() {
  const uint8_t* data = nullptr;
  const ssize_t bytes = nghttp2_session_mem_send(session_, &data);
  if (bytes <= 0) return {};
  return {reinterpret_cast<const char*>(data), static_cast<size_t>(bytes)};
}

Exchange* HttpSession::find(int32_t streamId) {
  const auto at = exchanges_.find(streamId);
  return at == exchanges_.end() ? nullptr : at->second.get();
}

void HttpSession::submitReply(Exchange& exchange, int status, const std::vector<HeaderField>& headers) {
  std::array<char, 4> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), status).ptr;
  std::vector<nghttp2_nv> fields;
  fields.reserve(1 + headers.size());
  fields.push_back(field(":status", {digits.data(), static_cast<size_t>(end - digits.data())}));
  for (const auto& [name, value] : headers) fields.push_back(field(name, value));
  nghttp2_data_provider provider{};
  provider.source.ptr = &exchange;
  provider.read_callback = onPull;
  nghttp2_submit_response(session_, exchange.streamId_, fields.data(), fields.size(), &provider);
}

void HttpSession::resume(int32_t streamId) { nghttp2_session_resume_data(session_, streamId); }

void HttpSession::consume(int32_t streamId, size_t bytes) {
  nghttp2_session_consume_stream(session_, streamId, bytes);
}

void HttpSession::widen(int32_t streamId) {
  nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, streamId, Exchange::kWideWindowBytes);
}

void HttpSession::reset(int32_t streamId) {
  nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, streamId, NGHTTP2_CONNECT_ERROR);
}

int HttpSession::onBeginHeaders(nghttp2_session*, const nghttp2_frame* frame, void* self) {
  if (frame->headers.cat != NGHTTP2_HCAT_REQUEST) return 0;
  const int32_t id = frame->hd.stream_id;
  selfOf(self).exchanges_[id] = std::make_shared<Exchange>(selfOf(self), id);
  return 0;
}

int HttpSession::onHeader(nghttp2_session*, const nghttp2_frame* frame, const uint8_t* name, size_t nameBytes,
                          const uint8_t* value, size_t valueBytes, uint8_t, void* self) {
  Exchange* exchange = selfOf(self).find(frame->hd.stream_id);
  if (exchange == nullptr) return 0;
  const std::string_view key(reinterpret_cast<const char*>(name), nameBytes);
  const std::string_view text(reinterpret_cast<const char*>(value), valueBytes);
  if (key == ":method") {
    exchange->method_ = text;
  } else if (key == ":authority") {
    if (text.size() > kMaxAuthorityBytes) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    exchange->authority_ = text;
  } else if (key == ":path") {
    if (text.size() > kMaxPathBytes) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    const size_t mark = text.find('?');
    exchange->path_ = text.substr(0, mark);
    if (mark != std::string_view::npos) exchange->query_ = text.substr(mark + 1);
  }
  return 0;
}

int HttpSession::onFrame(nghttp2_session*, const nghttp2_frame* frame, void* self) {
  if (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA) return 0;
  const auto at = selfOf(self).exchanges_.find(frame->hd.stream_id);
  if (at == selfOf(self).exchanges_.end()) return 0;
  const std::shared_ptr<Exchange> exchange = at->second;
  const bool ended = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
  if (frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST) {
    if (!ended && exchange->method_ != "CONNECT") exchange->widen();
    exchange->handler_ = selfOf(self).opener_.open(exchange);
  }
  if (!ended) return 0;
  exchange->requestEnded_ = true;
  if (exchange->handler_) exchange->handler_->onBodyEnd(*exchange);
  return 0;
}

int HttpSession::onData(nghttp2_session* session, uint8_t, int32_t streamId, const uint8_t* data, size_t bytes,
                        void* self) {
  // One stream whose body is not taken must not stop the others.
  nghttp2_session_consume_connection(session, bytes);
  Exchange* exchange = selfOf(self).find(streamId);
  if (exchange != nullptr && exchange->handler_) {
    exchange->handler_->onBody(*exchange, {reinterpret_cast<const char*>(data), bytes});
  } else {
    nghttp2_session_consume_stream(session, streamId, bytes);
  }
  return 0;
}

/** A reply that is whole before its request makes the rest of the request needless (RFC 9113, 8.1). */
int HttpSession::onFrameSent(nghttp2_session* session, const nghttp2_frame* frame, void* self) {
  if (frame->hd.type != NGHTTP2_DATA || (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0) return 0;
  Exchange* exchange = selfOf(self).find(frame->hd.stream_id);
  if (exchange == nullptr) return 0;
  exchange->replySent_ = true;
  if (!exchange->requestEnded_ && !exchange->bothWays_) {
    nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, frame->hd.stream_id, NGHTTP2_NO_ERROR);
  }
  return 0;
}

int HttpSession::onStreamClose(nghttp2_session*, int32_t streamId, uint32_t, void* self) {
  auto& exchanges = selfOf(self).exchanges_;
  const auto at = exchanges.find(streamId);
  if (at == exchanges.end()) return 0;
  const std::shared_ptr<Exchange> exchange = std::move(at->second);
  exchanges.erase(at);
  exchange->close(exchange->replySent_ ? CloseReason::completed : CloseReason::reset);
  return 0;
}

ssize_t HttpSession::onFrameLength(nghttp2_session*, uint8_t, int32_t, int32_t sessionWindow, int32_t streamWindow,
                                   uint32_t maxFrameBytes, void*) {
  const auto windows = static_cast<uint32_t>(std::min(sessionWindow, streamWindow));
  return std::min({windows, maxFrameBytes, kMaxFrameBytes});
}

ssize_t HttpSession::onPull(nghttp2_session*, int32_t, uint8_t* out, size_t room, uint32_t* flags,
                            nghttp2_data_source* source, void*) {
  Exchange& exchange = *static_cast<Exchange*>(source->ptr);
  if (!exchange.body_) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  const Pulled pulled = exchange.body_->pull(reinterpret_cast<char*>(out), room);
  if (pulled.state == BodyState::broken) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  if (pulled.state == BodyState::ended) *flags |= NGHTTP2_DATA_FLAG_EOF;
  if (pulled.state == BodyState::waiting && pulled.bytes == 0) {
    exchange.waiting_ = true;
    return NGHTTP2_ERR_DEFERRED;
  }
  return static_cast<ssize_t>(pulled.bytes);
}

}  // namespace forkd
