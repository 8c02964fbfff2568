// The driver API, continued: modules and launches, streams, events, graphs.
#include "Driver.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

using namespace simulated;

namespace
{
    struct Entry // of a module
    {
        size_t bytes; // of its arguments; 0: not known
        int threads;  // at most
    };

    struct Module
    {
        std::map<std::string, Entry> entries;
    };

    struct Function
    {
        void* module;
        const Kernel* kernel;
        int threads;
        size_t dynamic; // at most
    };

    Handles<Module> modules;
    Handles<Function> entryPoints;

    bool name_character(char c) { return c == '_' || c == '$' || (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z'); }

    // The number behind a directive, or `otherwise`.
    long number_behind(const std::string& text, const char* directive, size_t from, size_t end, long otherwise)
    {
        const size_t at = text.find(directive, from);
        return at == std::string::npos || at >= end ? otherwise : atol(text.c_str() + at + strlen(directive));
    }

    int read_ptx(const char* image, Module& module)
    {
        if (!image)
            return invalid_value;
        if (memcmp(image, "\177ELF", 4) == 0)
            return invalid_image;
        const std::string text = image;
        size_t at = 0;
        for (;;) // comments and blank lines may stand before the version
        {
            at = text.find_first_not_of(" \t\r\n", at);
            if (at == std::string::npos || text.compare(at, 2, "//") != 0)
                break;
            at = text.find('\n', at);
        }
        if (at == std::string::npos || text.compare(at, 9, ".version ") != 0)
            return invalid_ptx;
        const double version = atof(text.c_str() + at + 9);
        if (version > 8.45) // of CUDA 12.4
            return unsupported_ptx_version;
        const long target = number_behind(text, ".target sm_", at, text.size(), -1);
        if (target < 0)
            return invalid_ptx;
        if (target > (long)capability())
            return no_binary_for_device;
        const char* entry = ".visible .entry ";
        while ((at = text.find(entry, at)) != std::string::npos)
        {
            at += strlen(entry);
            size_t end = at;
            while (end < text.size() && name_character(text[end]))
                end++;
            const std::string name = text.substr(at, end - at);
            const size_t body = std::min(text.find('{', end), text.size());
            const std::string parameter = name + "_param_0[";
            module.entries[name] = {
                (size_t)number_behind(text, parameter.c_str(), end, body, 0),
                (int)number_behind(text, ".maxntid ", end, body, most_threads)};
            at = body;
        }
        return 0;
    }

    int blocks_per_multiprocessor(int threads, size_t sharedBytes)
    {
        return std::min({(size_t)threads_together / threads, shared_together / (sharedBytes + 1024), (size_t)blocks_together});
    }

    int launch(
        void* handle, unsigned x, unsigned y, unsigned z, unsigned threads, unsigned threadsY,
        unsigned threadsZ, unsigned sharedBytes, void* stream, void** parameters, bool cooperative)
    {
        const Function* function = entryPoints.find(handle);
        if (!function || !find_stream(stream))
            return invalid_handle;
        if (x < 1 || y < 1 || z < 1 || x > 0x7fffffff || y > 65535 || z > 65535)
            return invalid_value;
        // Whole warps only: a convention of the kernels.
        if (threads < 1 || threads > (unsigned)function->threads || threads % 32 != 0 || threadsY != 1 || threadsZ != 1)
            return invalid_value;
        if (sharedBytes > function->dynamic || !parameters || !parameters[0])
            return invalid_value;
        const unsigned long long blocks = (unsigned long long)x * y * z;
        if (cooperative && blocks > multiprocessors() * blocks_per_multiprocessor(threads, sharedBytes))
            return cooperative_launch_too_large;
        Launch what = {
            function->kernel, x, y, z, (int)threads, sharedBytes, cooperative, std::vector<Sixteen>((function->kernel->bytes + 15) / 16)};
        memcpy(what.arguments.data(), parameters[0], function->kernel->bytes);
        return enqueue(stream, [what = std::make_shared<const Launch>(std::move(what))] {
            if (!does_nothing() && !run(*what))
                broken = launch_failed;
            count_run(what->kernel->name);
        });
    }
}

void simulated::forget_modules()
{
    entryPoints.clear();
    modules.clear();
}

// ---- Modules

API(int, cuModuleLoadData)(void** module, const void* image)
{
    BEGIN(context);
    auto loaded = std::make_unique<Module>();
    const int status = read_ptx((const char*)image, *loaded);
    if (status == 0)
        *module = modules.add(std::move(loaded));
    return status;
}

API(int, cuModuleLoadDataEx)(void** module, const void* image, unsigned options, const int* names, void** values)
{
    BEGIN(context);
    auto loaded = std::make_unique<Module>();
    const int status = read_ptx((const char*)image, *loaded);
    if (status == 0)
        *module = modules.add(std::move(loaded));
    char* log = nullptr;
    size_t room = 0;
    for (unsigned i = 0; i < options; i++)
    {
        if (names[i] == 5) // ERROR_LOG_BUFFER
            log = (char*)values[i];
        if (names[i] == 6) // ERROR_LOG_BUFFER_SIZE_BYTES: in, its size; out, the bytes written
            room = (size_t)(unsigned)(uintptr_t)values[i];
    }
    if (log && room > 0)
        snprintf(log, room, "%s", status == 0 ? "" : "simulated: no PTX that this device takes");
    for (unsigned i = 0; i < options; i++)
    {
        if (names[i] == 6)
            values[i] = (void*)(uintptr_t)(log && room > 0 ? strlen(log) : 0);
    }
    return status;
}

API(int, cuModuleUnload)(void* module)
{
    BEGIN(context);
    if (!modules.remove(module))
        return invalid_handle;
    for (auto function = entryPoints.items.begin(); function != entryPoints.items.end();)
        function = function->second->module == module ? entryPoints.items.erase(function) : std::next(function);
    return 0;
}

API(int, cuModuleGetFunction)(void** function, void* handle, const char* name)
{
    BEGIN(context);
    const Module* module = modules.find(handle);
    if (!module || !function || !name)
        return module ? invalid_value : invalid_handle;
    auto entry = module->entries.find(name);
    const Kernel* kernel = find_kernel(name);
    if (entry == module->entries.end() || !kernel)
        return not_found;
    if (entry->second.bytes != 0 && entry->second.bytes != kernel->bytes)
        fail(
            "kernel %s takes %zu bytes of arguments in the PTX and %zu in the simulator: one of them is stale",
            name, entry->second.bytes, kernel->bytes);
    for (auto& [same, its] : entryPoints.items) // asked before: the same handle
    {
        if (its->module == handle && its->kernel == kernel)
            return *function = same, 0;
    }
    *function = entryPoints.add(std::make_unique<Function>(Function{handle, kernel, entry->second.threads, usual_shared}));
    return 0;
}

API(int, cuFuncSetAttribute)(void* handle, int attribute, int value)
{
    BEGIN(context);
    Function* function = entryPoints.find(handle);
    if (!function)
        return invalid_handle;
    if (attribute == 9) // PREFERRED_SHARED_MEMORY_CARVEOUT: a hint
        return value >= -1 && value <= 100 ? 0 : invalid_value;
    if (attribute != 8 || value < 0 || value > most_shared) // MAX_DYNAMIC_SHARED_SIZE_BYTES
        return invalid_value;
    function->dynamic = value;
    return 0;
}

API(int, cuFuncGetAttribute)(int* value, int attribute, void* handle)
{
    BEGIN(context);
    const Function* function = entryPoints.find(handle);
    if (!function)
        return invalid_handle;
    switch (attribute)
    {
    case 0: *value = function->threads; return 0;        // MAX_THREADS_PER_BLOCK
    case 1: *value = 0; return 0;                        // SHARED_SIZE_BYTES: not known before it runs
    case 3: *value = 0; return 0;                        // LOCAL_SIZE_BYTES
    case 4: *value = 64; return 0;                       // NUM_REGS: some
    case 8: *value = (int)function->dynamic; return 0;   // MAX_DYNAMIC_SHARED_SIZE_BYTES
    default: return invalid_value;
    }
}

API(int, cuOccupancyMaxActiveBlocksPerMultiprocessor)(int* blocks, void* handle, int threads, size_t sharedBytes)
{
    BEGIN(context);
    const Function* function = entryPoints.find(handle);
    if (!function)
        return invalid_handle;
    if (!blocks || threads < 1)
        return invalid_value;
    *blocks = threads > function->threads || sharedBytes > function->dynamic ? 0 : blocks_per_multiprocessor(threads, sharedBytes);
    return 0;
}

API(int, cuLaunchKernel)(
    void* function, unsigned x, unsigned y, unsigned z, unsigned threads, unsigned threadsY,
    unsigned threadsZ, unsigned sharedBytes, void* stream, void** parameters, void** extra)
{
    BEGIN(context);
    return extra ? invalid_value : launch(function, x, y, z, threads, threadsY, threadsZ, sharedBytes, stream, parameters, false);
}

API(int, cuLaunchCooperativeKernel)(
    void* function, unsigned x, unsigned y, unsigned z, unsigned threads, unsigned threadsY,
    unsigned threadsZ, unsigned sharedBytes, void* stream, void** parameters)
{
    BEGIN(context);
    return launch(function, x, y, z, threads, threadsY, threadsZ, sharedBytes, stream, parameters, true);
}

// ---- Streams

API(int, cuStreamCreate)(void** stream, unsigned flags)
{
    BEGIN(context);
    if (!stream || flags > 1)
        return invalid_value;
    *stream = streams.add(std::make_unique<Stream>(Stream{flags == 0}));
    return 0;
}

API(int, cuStreamDestroy_v2)(void* handle)
{
    BEGIN(context);
    Stream* stream = streams.find(handle);
    if (!stream)
        return invalid_handle;
    flush(*stream);
    streams.remove(handle);
    return 0;
}

API(int, cuStreamSynchronize)(void* handle)
{
    BEGIN(context);
    Stream* stream = find_stream(handle);
    if (!stream)
        return invalid_handle;
    if (stream->capture)
    {
        stream->invalidated = true;
        return capture_unsupported;
    }
    if (!handle || handle == (void*)1)
        flush_all(false);
    flush(*stream);
    return broken;
}

// ---- Capture and graphs

API(int, cuStreamBeginCapture_v2)(void* handle, int mode)
{
    BEGIN(context);
    Stream* stream = streams.find(handle);
    if (!stream)
        return find_stream(handle) ? capture_unsupported : invalid_handle; // the legacy stream cannot be captured
    if (mode < 0 || mode > 2)
        return invalid_value;
    if (stream->capture)
        return illegal_state;
    stream->capture = std::make_unique<Graph>();
    stream->invalidated = false;
    stream->mode = mode;
    stream->capturer = this_thread();
    return 0;
}

API(int, cuStreamEndCapture)(void* handle, void** graph)
{
    BEGIN(context);
    Stream* stream = streams.find(handle);
    if (!stream || !graph)
        return stream ? invalid_value : invalid_handle;
    *graph = nullptr;
    if (!stream->capture)
        return illegal_state;
    if (stream->mode != 2 && stream->capturer != this_thread())
        return capture_wrong_thread;
    std::unique_ptr<Graph> captured = std::move(stream->capture);
    if (stream->invalidated)
        return capture_invalidated;
    *graph = graphs.add(std::move(captured));
    return 0;
}

API(int, cuGraphInstantiateWithFlags)(void** executable, void* handle, unsigned long long flags)
{
    BEGIN(context);
    const Graph* graph = graphs.find(handle);
    if (!graph)
        return invalid_handle;
    if (!executable || flags > 15)
        return invalid_value;
    *executable = executables.add(std::make_unique<Graph>(*graph));
    return 0;
}

API(int, cuGraphLaunch)(void* handle, void* stream)
{
    BEGIN(context);
    const Graph* graph = executables.find(handle);
    if (!graph || !find_stream(stream))
        return invalid_handle;
    for (const std::function<void()>& operation : graph->operations)
    {
        if (const int status = enqueue(stream, operation))
            return status;
    }
    return 0;
}

API(int, cuGraphExecDestroy)(void* handle)
{
    BEGIN(context);
    return executables.remove(handle) ? 0 : invalid_handle;
}

API(int, cuGraphDestroy)(void* handle)
{
    BEGIN(context);
    return graphs.remove(handle) ? 0 : invalid_handle;
}

// ---- Events

API(int, cuEventCreate)(void** event, unsigned flags)
{
    BEGIN(context);
    if (!event || flags > 3) // no interprocess events
        return invalid_value;
    *event = events.add(std::make_unique<Event>(Event{(flags & 2) == 0, false}));
    return 0;
}

API(int, cuEventRecord)(void* handle, void* streamHandle)
{
    BEGIN(context);
    Event* event = events.find(handle);
    Stream* stream = find_stream(streamHandle);
    if (!event || !stream)
        return invalid_handle;
    if ((event->captured = stream->capture != nullptr)) // a captured event only holds dependencies
        return stream->invalidated ? capture_invalidated : 0;
    auto record = std::make_shared<Record>(Record{false, false, stream, 0});
    event->record = record;
    return enqueue(streamHandle, [record] {
        record->done = true;
        record->seconds = std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
    });
}

API(int, cuEventQuery)(void* handle)
{
    BEGIN(context | no_capture);
    const Event* event = events.find(handle);
    if (!event || event->captured)
        return event ? captured_event : invalid_handle;
    Record* record = event->record.get();
    if (!record || record->done)
        return 0;
    if (!record->asked)
    {
        record->asked = true;
        return not_ready;
    }
    flush(*record->stream, record);
    return broken;
}

API(int, cuEventSynchronize)(void* handle)
{
    BEGIN(context | no_capture);
    const Event* event = events.find(handle);
    if (!event || event->captured)
        return event ? captured_event : invalid_handle;
    if (event->record && !event->record->done)
        flush(*event->record->stream, event->record.get());
    return broken;
}

API(int, cuEventElapsedTime)(float* milliseconds, void* startHandle, void* endHandle)
{
    BEGIN(context);
    const Event *start = events.find(startHandle), *end = events.find(endHandle);
    if (!start || !end || !start->timing || !end->timing || !start->record || !end->record)
        return invalid_handle;
    if (!start->record->done || !end->record->done)
        return not_ready;
    *milliseconds = (float)((end->record->seconds - start->record->seconds) * 1000);
    return 0;
}

API(int, cuEventDestroy_v2)(void* handle)
{
    BEGIN(context);
    return events.remove(handle) ? 0 : invalid_handle;
}

// ---- Errors

namespace
{
    struct Message
    {
        int status;
        const char *name, *text;
    };

    const Message messages[] = {
        {0, "CUDA_SUCCESS", "no error"},
        {invalid_value, "CUDA_ERROR_INVALID_VALUE", "invalid argument"},
        {out_of_memory, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory"},
        {not_initialised, "CUDA_ERROR_NOT_INITIALIZED", "initialization error"},
        {100, "CUDA_ERROR_NO_DEVICE", "no CUDA-capable device is detected"},
        {invalid_device, "CUDA_ERROR_INVALID_DEVICE", "invalid device ordinal"},
        {invalid_image, "CUDA_ERROR_INVALID_IMAGE", "device kernel image is invalid"},
        {invalid_context, "CUDA_ERROR_INVALID_CONTEXT", "invalid device context"},
        {no_binary_for_device, "CUDA_ERROR_NO_BINARY_FOR_GPU", "no kernel image is available for execution on the device"},
        {invalid_ptx, "CUDA_ERROR_INVALID_PTX", "a PTX JIT compilation failed"},
        {unsupported_ptx_version, "CUDA_ERROR_UNSUPPORTED_PTX_VERSION", "the provided PTX was compiled with an unsupported toolchain."},
        {invalid_handle, "CUDA_ERROR_INVALID_HANDLE", "invalid resource handle"},
        {illegal_state, "CUDA_ERROR_ILLEGAL_STATE", "the operation cannot be performed in the present state"},
        {not_found, "CUDA_ERROR_NOT_FOUND", "named symbol not found"},
        {not_ready, "CUDA_ERROR_NOT_READY", "device not ready"},
        {700, "CUDA_ERROR_ILLEGAL_ADDRESS", "an illegal memory access was encountered"},
        {701, "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES", "too many resources requested for launch"},
        {launch_failed, "CUDA_ERROR_LAUNCH_FAILED", "unspecified launch failure"},
        {cooperative_launch_too_large, "CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE", "too many blocks in cooperative launch"},
        {capture_unsupported, "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED", "operation not permitted when stream is capturing"},
        {capture_invalidated, "CUDA_ERROR_STREAM_CAPTURE_INVALIDATED", "operation failed due to a previous error during capture"},
        {captured_event, "CUDA_ERROR_CAPTURED_EVENT", "operation not permitted on an event last recorded in a capturing stream"},
        {capture_wrong_thread, "CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD",
         "attempt to terminate a thread-local capture sequence from another thread"},
        {999, "CUDA_ERROR_UNKNOWN", "unknown error"},
    };

    int say(int status, const char** text, const char* Message::*which)
    {
        *text = nullptr;
        for (const Message& message : messages)
        {
            if (message.status == status)
                *text = message.*which;
        }
        return *text ? 0 : invalid_value;
    }
}

API(int, cuGetErrorName)(int status, const char** text)
{
    BEGIN(nothing);
    return say(status, text, &Message::name);
}

API(int, cuGetErrorString)(int status, const char** text)
{
    BEGIN(nothing);
    return say(status, text, &Message::text);
}
