// tests/support/c11_threads.cc - lets ThreadSanitizer see librdkafka's threads.
//
// Debian's librdkafka uses C11 threads (thrd_create, mtx_lock, cnd_wait), which ThreadSanitizer
// does not intercept: its runtime crashes in threads it has not seen start, and would take every
// hand-over through a librdkafka queue for a race. These definitions come before the C library's
// and do the same with POSIX threads, which it does intercept. glibc's C11 types are its POSIX
// types under other names. Without the sanitizer this file is empty.

#if defined(__SANITIZE_THREAD__)

#include <pthread.h>
#include <threads.h>

#include <cerrno>
#include <ctime>
#include <memory>

static_assert(sizeof(mtx_t) >= sizeof(pthread_mutex_t), "a C11 mutex has room for a POSIX one");
static_assert(sizeof(cnd_t) >= sizeof(pthread_cond_t), "a C11 condition has room for a POSIX one");

namespace {

struct Start {
    thrd_start_t function;
    void* argument;
};

void* run(void* raw) {
    const std::unique_ptr<Start> start(static_cast<Start*>(raw));
    start->function(start->argument);
    return nullptr;
}

pthread_mutex_t* posix(mtx_t* mutex) {
    return reinterpret_cast<pthread_mutex_t*>(mutex);
}
pthread_cond_t* posix(cnd_t* condition) {
    return reinterpret_cast<pthread_cond_t*>(condition);
}
int outcome(int error) {
    return error == 0 ? thrd_success : thrd_error;
}

}  // namespace

extern "C" {

int thrd_create(thrd_t* thread, thrd_start_t function, void* argument) {
    auto start = std::make_unique<Start>(Start{function, argument});
    const int error = pthread_create(thread, nullptr, run, start.get());
    if (error == 0) {
        static_cast<void>(start.release());  // run() owns it
    }
    return outcome(error);
}

int thrd_join(thrd_t thread, int* result) {
    if (result != nullptr) {
        *result = 0;
    }
    return outcome(pthread_join(thread, nullptr));
}

int mtx_init(mtx_t* mutex, int type) {
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    if ((type & mtx_recursive) != 0) {
        pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
    }
    const int error = pthread_mutex_init(posix(mutex), &attributes);
    pthread_mutexattr_destroy(&attributes);
    return outcome(error);
}

void mtx_destroy(mtx_t* mutex) {
    pthread_mutex_destroy(posix(mutex));
}
int mtx_lock(mtx_t* mutex) {
    return outcome(pthread_mutex_lock(posix(mutex)));
}
int mtx_unlock(mtx_t* mutex) {
    return outcome(pthread_mutex_unlock(posix(mutex)));
}

int mtx_trylock(mtx_t* mutex) {
    const int error = pthread_mutex_trylock(posix(mutex));
    return error == EBUSY ? thrd_busy : outcome(error);
}

int cnd_init(cnd_t* condition) {
    return outcome(pthread_cond_init(posix(condition), nullptr));
}
void cnd_destroy(cnd_t* condition) {
    pthread_cond_destroy(posix(condition));
}
int cnd_signal(cnd_t* condition) {
    return outcome(pthread_cond_signal(posix(condition)));
}
int cnd_broadcast(cnd_t* condition) {
    return outcome(pthread_cond_broadcast(posix(condition)));
}

int cnd_wait(cnd_t* condition, mtx_t* mutex) {
    return outcome(pthread_cond_wait(posix(condition), posix(mutex)));
}

int cnd_timedwait(cnd_t* condition, mtx_t* mutex, const timespec* until) {
    const int error = pthread_cond_timedwait(posix(condition), posix(mutex), until);
    return error == ETIMEDOUT ? thrd_timedout : outcome(error);
}

}  // extern "C"

#endif
