// The driver API (libcuda.so.1) over simulated memory and streams.
//
// A stream's operations run as late as they may: only when they are waited for. So code that reads a result too early, or reuses
// pinned memory too early, fails here every time and not once a month.
#include "Driver.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/mman.h>

extern char** environ;

namespace simulated
{
    namespace
    {
        constexpr size_t page = 4096, alignment = 256;

        struct Function
        {
            long long calls, failsAt;
            int failsWith;
        };

        struct Allocation
        {
            size_t bytes;
            char *mapped, *mappedEnd; // whole pages, guard pages outside
        };

        std::recursive_mutex lock;
        std::map<std::string, Function> functions;
        std::map<std::string, std::string> settings;
        bool settingsRead, initialised_;
        int contextUses;
        void* primary; // the context, while there is one
        thread_local void* current;

        char *space, *spaceEnd; // addresses for device memory, none used twice, so that freed memory stays out of bounds
        std::map<uintptr_t, Allocation> allocations, hostAllocations;
        size_t allocated;

        Stream legacy{true};
        uintptr_t handles = 0x51000000;

        void read_failures(const std::string& text)
        {
            for (auto& [name, function] : functions)
                function.failsAt = 0;
            size_t at = 0;
            while (at < text.size())
            {
                const size_t end = std::min(text.find_first_of(",;", at), text.size());
                const std::string part = text.substr(at, end - at);
                const size_t colon = part.find(':'), equals = part.find('=');
                if (colon == std::string::npos || equals == std::string::npos || equals < colon)
                    fail("REPRISE_SIMULATED_FAIL: \"%s\" is not function:call=status", part.c_str());
                Function& function = functions[part.substr(0, colon)];
                function.failsAt = function.calls + atoll(part.c_str() + colon + 1);
                function.failsWith = atoi(part.c_str() + equals + 1);
                at = end + 1;
            }
        }

        void read_settings()
        {
            const std::string prefix = "REPRISE_SIMULATED_";
            for (char** variable = environ; *variable; variable++)
            {
                const std::string text = *variable;
                const size_t equals = text.find('=');
                if (text.compare(0, prefix.size(), prefix) == 0 && equals != std::string::npos)
                    settings[text.substr(prefix.size(), equals - prefix.size())] = text.substr(equals + 1);
            }
            settingsRead = true;
            read_failures(settings["FAIL"]);
        }

        size_t number(const char* name, size_t otherwise)
        {
            const std::string text = setting(name);
            return text.empty() ? otherwise : strtoull(text.c_str(), nullptr, 10);
        }

        size_t total_memory() { return number("MEMORY", 4ull << 30); }

        std::map<uintptr_t, Allocation>::const_iterator allocation_of(const std::map<uintptr_t, Allocation>& all, uintptr_t address)
        {
            auto found = all.upper_bound(address);
            if (found == all.begin())
                return all.end();
            --found;
            return address < found->first + found->second.bytes ? found : all.end();
        }

        bool inside(const std::map<uintptr_t, Allocation>& all, uintptr_t address, size_t bytes)
        {
            auto found = allocation_of(all, address);
            return found != all.end() && bytes <= found->first + found->second.bytes - address;
        }

        // Reads of the slack beside an allocation give NaN; a write shows here.
        void check_slack(uintptr_t address, const Allocation& allocation)
        {
            for (char* at = allocation.mapped; at < allocation.mappedEnd; at++)
            {
                if (at == (char*)address)
                    at += allocation.bytes;
                if (at < allocation.mappedEnd && *at != (char)0xff)
                    fail("something wrote beside an allocation of %zu bytes, at byte %td", allocation.bytes, at - (char*)address);
            }
        }

        void free_device(uintptr_t address)
        {
            const Allocation allocation = allocations[address];
            check_slack(address, allocation);
            mmap(
                allocation.mapped, allocation.mappedEnd - allocation.mapped, PROT_NONE,
                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
            allocated -= allocation.bytes;
            allocations.erase(address);
        }

    }

    int broken;

    Handles<Stream> streams;
    Handles<Event> events;
    Handles<Graph> graphs, executables;

    const void* this_thread()
    {
        static thread_local char itself;
        return &itself;
    }

    void* new_handle() { return (void*)(handles += 16); }

    std::string setting(const std::string& name)
    {
        if (!settingsRead)
            read_settings();
        auto found = settings.find(name);
        return found == settings.end() ? "" : found->second;
    }

    bool does_nothing()
    {
        static const bool is = setting("IDLE") == "1";
        return is;
    }

    size_t multiprocessors() { return number("MULTIPROCESSORS", 4); }
    size_t capability() { return number("CAPABILITY", 80); }

    Call::Call(const char* name, int needs) : status(0), hold(lock)
    {
        if (!settingsRead)
            read_settings();
        Function& function = functions[name];
        function.calls++;
        if (function.failsAt == function.calls)
            status = function.failsWith;
        else if (needs & initialised && !initialised_)
            status = not_initialised;
        else if ((needs & context) == context && (!current || current != primary))
            status = invalid_context;
        else if ((needs & context) == context && broken)
            status = broken;
        else if (needs & no_capture && invalidate_captures())
            status = capture_unsupported;
    }

    std::string describe(uintptr_t address)
    {
        char text[200];
        if (address < (uintptr_t)space || address >= (uintptr_t)spaceEnd)
            return "that is no device memory";
        auto after = allocations.upper_bound(address);
        const uintptr_t toNext = after == allocations.end() ? UINTPTR_MAX : after->first - address;
        if (after != allocations.begin())
        {
            auto before = std::prev(after);
            const uintptr_t beyond = address - before->first - before->second.bytes;
            if (beyond <= toNext)
            {
                snprintf(
                    text, sizeof text, "%zu bytes behind the end of an allocation of %zu bytes (or in one that was freed)",
                    (size_t)beyond, before->second.bytes);
                return text;
            }
        }
        if (toNext == UINTPTR_MAX)
            return "device memory that is not allocated";
        snprintf(
            text, sizeof text, "%zu bytes before an allocation of %zu bytes (or in one that was freed)",
            (size_t)toNext, after->second.bytes);
        return text;
    }

    bool in_one_allocation(uintptr_t address, size_t bytes) { return inside(allocations, address, bytes); }

    void must_be_live(const char* what, uintptr_t address, size_t bytes)
    {
        if (!in_one_allocation(address, bytes))
            fail("%s runs on %zu bytes at %p, which were freed since it was queued", what, bytes, (void*)address);
    }

    // ---- Streams

    Stream* find_stream(const void* handle) { return handle == nullptr || handle == (void*)1 ? &legacy : streams.find(handle); }

    void flush(Stream& stream, const Record* until)
    {
        while (!broken && !stream.queue.empty() && !(until && until->done))
        {
            const std::function<void()> operation = std::move(stream.queue.front());
            stream.queue.pop_front();
            operation();
        }
    }

    void flush_all(bool nonBlockingToo)
    {
        for (auto& [handle, stream] : streams.items)
        {
            if (nonBlockingToo || stream->blocking)
                flush(*stream);
        }
    }

    // Invalidates the captures under way that forbid the call of this thread: of mode "global" all, "thread local" this thread's.
    bool invalidate_captures()
    {
        bool any = false;
        for (auto& [handle, stream] : streams.items)
        {
            if (stream->capture && (stream->mode == 0 || (stream->mode == 1 && stream->capturer == this_thread())))
                any = stream->invalidated = true;
        }
        return any;
    }

    int enqueue(void* handle, std::function<void()> operation)
    {
        Stream* stream = find_stream(handle);
        if (!stream)
            return invalid_handle;
        if (stream->capture)
        {
            if (stream->invalidated)
                return capture_invalidated;
            stream->capture->operations.push_back(std::move(operation));
            return 0;
        }
        if (stream == &legacy) // it waits for the streams that are not "non-blocking", and they for it
        {
            flush_all(false);
            operation();
            return 0;
        }
        stream->queue.push_back(std::move(operation));
        if (number("EAGER", 0) != 0)
            flush(*stream);
        return 0;
    }
}

using namespace simulated;

// ---- For tests

// Calls of a function so far; "kernel:NAME" counts runs of a kernel, replayed graphs' too.
API(long long, simulated_count)(const char* function)
{
    std::lock_guard<std::recursive_mutex> hold(lock);
    return functions[function].calls;
}

// Sets REPRISE_SIMULATED_<name> from now on: getenv does not always see what a process sets in its own environment.
// Calls that are to fail are counted from here.
API(void, simulated_set)(const char* name, const char* value)
{
    std::lock_guard<std::recursive_mutex> hold(lock);
    setting(name);
    settings[name] = value;
    if (strcmp(name, "FAIL") == 0)
        read_failures(value);
}

void simulated::count_run(const char* kernel) { functions[std::string("kernel:") + kernel].calls++; }

// ---- The device

API(int, cuInit)(unsigned flags)
{
    BEGIN(nothing);
    if (flags != 0)
        return invalid_value;
    initialised_ = true;
    return 0;
}

API(int, cuDriverGetVersion)(int* version)
{
    BEGIN(nothing);
    *version = 12040;
    return 0;
}

API(int, cuDeviceGetCount)(int* count)
{
    BEGIN(initialised);
    *count = 1;
    return 0;
}

API(int, cuDeviceGet)(int* device, int ordinal)
{
    BEGIN(initialised);
    if (ordinal != 0)
        return invalid_device;
    *device = 0;
    return 0;
}

API(int, cuDeviceGetName)(char* name, int length, int device)
{
    BEGIN(initialised);
    if (device != 0 || length < 1)
        return device != 0 ? invalid_device : invalid_value;
    snprintf(name, length, "simulated device");
    return 0;
}

API(int, cuDeviceTotalMem_v2)(size_t* bytes, int device)
{
    BEGIN(initialised);
    if (device != 0)
        return invalid_device;
    *bytes = total_memory();
    return 0;
}

API(int, cuDeviceGetAttribute)(int* value, int attribute, int device)
{
    BEGIN(initialised);
    if (device != 0)
        return invalid_device;
    switch (attribute)
    {
    case 1: *value = most_threads; return 0;             // MAX_THREADS_PER_BLOCK
    case 8: *value = usual_shared; return 0;             // MAX_SHARED_MEMORY_PER_BLOCK
    case 10: *value = 32; return 0;                      // WARP_SIZE
    case 16: *value = multiprocessors(); return 0;       // MULTIPROCESSOR_COUNT
    case 39: *value = threads_together; return 0;        // MAX_THREADS_PER_MULTIPROCESSOR
    case 75: *value = capability() / 10; return 0;       // COMPUTE_CAPABILITY_MAJOR
    case 76: *value = capability() % 10; return 0;       // COMPUTE_CAPABILITY_MINOR
    case 81: *value = shared_together; return 0;         // MAX_SHARED_MEMORY_PER_MULTIPROCESSOR
    case 95: *value = 1; return 0;                       // COOPERATIVE_LAUNCH
    case 97: *value = most_shared; return 0;             // MAX_SHARED_MEMORY_PER_BLOCK_OPTIN
    default: return invalid_value;                       // attributes that the library does not use
    }
}

API(int, cuDevicePrimaryCtxRetain)(void** context, int device)
{
    BEGIN(initialised);
    if (device != 0)
        return invalid_device;
    if (contextUses++ == 0)
        primary = new_handle();
    *context = primary;
    return 0;
}

API(int, cuDevicePrimaryCtxRelease_v2)(int device)
{
    BEGIN(initialised);
    if (device != 0)
        return invalid_device;
    if (contextUses == 0)
        return invalid_context;
    if (--contextUses > 0)
        return 0;
    flush_all(true); // and everything goes with it
    streams.clear();
    events.clear();
    graphs.clear();
    executables.clear();
    forget_modules();
    while (!allocations.empty())
        free_device(allocations.begin()->first);
    for (auto& [memory, allocation] : hostAllocations)
        free((void*)memory);
    hostAllocations.clear();
    primary = nullptr;
    return 0;
}

API(int, cuCtxSetCurrent)(void* context)
{
    BEGIN(initialised);
    if (context && context != primary)
        return invalid_context;
    current = context;
    return 0;
}

API(int, cuCtxSynchronize)()
{
    BEGIN(context | no_capture);
    flush_all(true);
    return broken;
}

// ---- Memory

API(int, cuMemGetInfo_v2)(size_t* free, size_t* total)
{
    BEGIN(context);
    *total = total_memory();
    *free = *total - std::min(allocated, *total);
    return 0;
}

API(int, cuMemAlloc_v2)(uint64_t* address, size_t bytes)
{
    BEGIN(context | no_capture);
    if (!address || bytes == 0)
        return invalid_value;
    if (bytes > total_memory() || allocated + bytes > total_memory())
        return out_of_memory;
    if (!space)
    {
        size_t size = 1ull << 44; // addresses only; less where a process may not have so many
        void* reserved;
        while ((reserved = mmap(nullptr, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)) == MAP_FAILED
               && size > 1ull << 32)
            size /= 2;
        if (reserved == MAP_FAILED)
            return out_of_memory;
        space = (char*)reserved;
        spaceEnd = space + size;
    }
    // The end lies as near to the guard page as the alignment of the beginning allows.
    const size_t padded = (bytes + alignment - 1) / alignment * alignment, mapped = (padded + page - 1) / page * page;
    static char* next;
    if (!next)
        next = space;
    if (mapped + 2 * page > (size_t)(spaceEnd - next) ||
        mmap(next + page, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0) == MAP_FAILED)
        return out_of_memory;
    memset(next + page, 0xff, mapped);
    const uintptr_t start = (uintptr_t)next + page + mapped - padded;
    allocations[start] = {bytes, next + page, next + page + mapped};
    allocated += bytes;
    next += page + mapped;
    *address = start;
    return 0;
}

API(int, cuMemFree_v2)(uint64_t address)
{
    BEGIN(context | no_capture);
    if (address == 0)
        return 0;
    if (!allocations.count(address))
        return invalid_value;
    flush_all(true);
    free_device(address);
    return 0;
}

API(int, cuMemHostAlloc)(void** memory, size_t bytes, unsigned flags)
{
    BEGIN(context | no_capture);
    if (!memory || bytes == 0 || flags > 7)
        return invalid_value;
    const size_t padded = (bytes + page - 1) / page * page;
    *memory = aligned_alloc(page, padded);
    if (!*memory)
        return out_of_memory;
    memset(*memory, 0xff, padded);
    hostAllocations[(uintptr_t)*memory] = {bytes, nullptr, nullptr};
    return 0;
}

API(int, cuMemFreeHost)(void* memory)
{
    BEGIN(context | no_capture);
    if (!hostAllocations.count((uintptr_t)memory))
        return invalid_value;
    flush_all(true);
    hostAllocations.erase((uintptr_t)memory);
    free(memory);
    return 0;
}

namespace
{
    // To or from the device. A device cannot reach pageable memory: the driver waits for the stream and copies at once.
    int copy(uintptr_t to, uintptr_t from, size_t bytes, void* handle, uintptr_t device, void* host, bool toHost)
    {
        Stream* stream = find_stream(handle);
        if (!stream)
            return invalid_handle;
        if (bytes == 0)
            return 0;
        if (!host || !in_one_allocation(device, bytes))
            return invalid_value;
        const bool pinned = inside(hostAllocations, (uintptr_t)host, bytes);
        if (!pinned && inside(hostAllocations, (uintptr_t)host, 1))
            return invalid_value; // half in pinned memory
        const int status = enqueue(handle, [=] {
            must_be_live("a copy", device, bytes);
            memcpy((void*)to, (void*)from, bytes);
        });
        if (status == 0 && !stream->capture && !pinned)
            flush(*stream);
        if (toHost && status == 0 && !stream->capture && !stream->queue.empty())
            memset(host, 0xff, bytes); // the contents are undefined until the copy is waited for
        return status;
    }

    // The synchronous copies are in the legacy stream: it does not wait for streams that are "non-blocking".
    int copy_now(uintptr_t to, uintptr_t from, size_t bytes, uintptr_t device, const void* host)
    {
        if (bytes == 0)
            return 0;
        if (!host || !in_one_allocation(device, bytes))
            return invalid_value;
        flush_all(false);
        memcpy((void*)to, (void*)from, bytes);
        return 0;
    }

    template <class T> int fill(uintptr_t address, T value, size_t count, void* stream)
    {
        if (!find_stream(stream))
            return invalid_handle;
        if (count == 0)
            return 0;
        if (address % sizeof(T) != 0 || count > SIZE_MAX / sizeof(T) || !in_one_allocation(address, count * sizeof(T)))
            return invalid_value;
        return enqueue(stream, [=] {
            must_be_live("a memset", address, count * sizeof(T));
            std::fill_n((T*)address, count, value);
        });
    }
}

API(int, cuMemcpyHtoDAsync_v2)(uint64_t to, const void* from, size_t bytes, void* stream)
{
    BEGIN(context);
    return copy(to, (uintptr_t)from, bytes, stream, to, (void*)from, false);
}

API(int, cuMemcpyDtoHAsync_v2)(void* to, uint64_t from, size_t bytes, void* stream)
{
    BEGIN(context);
    return copy((uintptr_t)to, from, bytes, stream, from, to, true);
}

API(int, cuMemcpyDtoDAsync_v2)(uint64_t to, uint64_t from, size_t bytes, void* stream)
{
    BEGIN(context);
    if (!find_stream(stream))
        return invalid_handle;
    if (bytes == 0)
        return 0;
    if (!in_one_allocation(to, bytes) || !in_one_allocation(from, bytes) || (to < from + bytes && from < to + bytes))
        return invalid_value;
    return enqueue(stream, [=] {
        must_be_live("a copy", to, bytes);
        must_be_live("a copy", from, bytes);
        memcpy((void*)to, (void*)from, bytes);
    });
}

API(int, cuMemcpyHtoD_v2)(uint64_t to, const void* from, size_t bytes)
{
    BEGIN(context | no_capture);
    return copy_now(to, (uintptr_t)from, bytes, to, from);
}

API(int, cuMemcpyDtoH_v2)(void* to, uint64_t from, size_t bytes)
{
    BEGIN(context | no_capture);
    return copy_now((uintptr_t)to, from, bytes, from, to);
}

API(int, cuMemsetD8Async)(uint64_t address, unsigned char value, size_t count, void* stream)
{
    BEGIN(context);
    return fill(address, value, count, stream);
}

API(int, cuMemsetD32Async)(uint64_t address, unsigned value, size_t count, void* stream)
{
    BEGIN(context);
    return fill(address, value, count, stream);
}
