// cublasLt (libcublasLt.so.12) as far as it is used: column-major products of bf16 or float, summed in float over k in order.
// It is stricter than the real one: it refuses products that would only be slow there, or would work by chance.
#include "Simulator.h"

#include <algorithm>
#include <cstring>

using namespace simulated;

namespace
{
    enum Status
    {
        success = 0,
        not_initialised = 1,
        invalid_value = 7,
        execution_failed = 13,
        not_supported = 15
    };

    enum Type
    {
        float32 = 0, // CUDA_R_32F
        bfloat16 = 14 // CUDA_R_16BF
    };

    constexpr int compute_float = 68, compute_tf32 = 77; // CUBLAS_COMPUTE_32F, _32F_FAST_TF32
    constexpr unsigned epilogue_default = 1, epilogue_bias = 4;

    struct Library
    {
    };

    struct Product
    {
        int compute, scale, transposeA, transposeB, biasType = -1;
        unsigned epilogue = epilogue_default;
        uintptr_t bias;
    };

    struct Layout
    {
        int type;
        uint64_t rows, columns;
        int64_t stride; // of columns

        size_t size() const { return type == float32 ? 4 : 2; }
        size_t bytes() const { return ((columns - 1) * stride + rows) * size(); }
        bool operator==(const Layout&) const = default;
    };

    struct Preference
    {
        uint64_t workspace;
        unsigned alignments[4] = {256, 256, 256, 256}; // of A, B, C, D: a promise
    };

    struct Algorithm // cublasLtMatmulAlgo_t
    {
        uint64_t mark, workspace, alignments[4], unused[2];
    };

    struct Heuristic // cublasLtMatmulHeuristicResult_t
    {
        Algorithm algorithm;
        size_t workspace;
        int status;
        float waves;
        int reserved[4];
    };
    static_assert(sizeof(Algorithm) == 64 && sizeof(Heuristic) == 96);

    constexpr uint64_t algorithm_mark = 0x52657072697365;

    Handles<Library> libraries;
    Handles<Product> products;
    Handles<Layout> layouts;
    Handles<Preference> preferences;

    // cublasLt has statuses of its own, not the driver's; a test that makes a call fail names the status.
#define LT_BEGIN                                \
    simulated::Call call(__func__, context);    \
    if (call.status != 0)                       \
    return call.status == 3 || call.status == 201 ? (int)not_initialised : call.status == broken ? (int)execution_failed : call.status

    template <class T> bool take(const void* from, size_t bytes, T& to)
    {
        if (!from || bytes != sizeof(T))
            return false;
        memcpy(&to, from, bytes);
        return true;
    }

    bool aligned(uint64_t number, uint64_t to) { return number % to == 0; }

    // Tensor cores load 16 bytes at a time; the real library falls back to slow kernels, this one does not.
    bool fits_tensor_cores(const Layout& layout) { return layout.type != bfloat16 || aligned(layout.stride * 2, 16); }

    int check(const Product& product, const Layout& a, const Layout& b, const Layout& c, const Layout& d)
    {
        for (const Layout* layout : {&a, &b, &c, &d})
        {
            if (layout->rows == 0 || layout->columns == 0 || layout->stride < (int64_t)layout->rows)
                return invalid_value;
        }
        const uint64_t m = product.transposeA ? a.columns : a.rows, k = product.transposeA ? a.rows : a.columns;
        const uint64_t n = product.transposeB ? b.rows : b.columns;
        if ((product.transposeB ? b.columns : b.rows) != k || d.rows != m || d.columns != n || c.rows != m || c.columns != n)
            return invalid_value;
        if (a.type != b.type || c.type != d.type || (a.type == float32 && d.type != float32))
            return not_supported;
        if (product.scale != float32 || (product.compute != compute_float && !(product.compute == compute_tf32 && a.type == float32)))
            return not_supported;
        // The library's table has the bias in D's type.
        if (product.epilogue == epilogue_bias && product.biasType != -1 && product.biasType != d.type)
            return not_supported;
        for (const Layout* layout : {&a, &b, &c, &d})
        {
            if (!fits_tensor_cores(*layout))
                return not_supported;
        }
        return success;
    }

    float read(const void* from, int type, size_t at)
    {
        if (type == float32)
            return ((const float*)from)[at];
        return __builtin_bit_cast(float, (unsigned)((const unsigned short*)from)[at] << 16);
    }

    // As floats, columns [rows] one after the other, transposed if asked.
    std::vector<float> unpack(const void* from, const Layout& layout, bool transpose)
    {
        std::vector<float> values(layout.rows * layout.columns);
        for (uint64_t j = 0; j < layout.columns; j++)
        {
            for (uint64_t i = 0; i < layout.rows; i++)
                values[transpose ? i * layout.columns + j : j * layout.rows + i] = read(from, layout.type, j * layout.stride + i);
        }
        return values;
    }

    void multiply(
        const Product& product, float alpha, const void* A, const Layout& a, const void* B,
        const Layout& b, float beta, const void* C, const Layout& c, void* D, const Layout& d)
    {
        const size_t m = d.rows, n = d.columns, k = product.transposeA ? a.rows : a.columns;
        const std::vector<float> left = unpack(A, a, product.transposeA), right = unpack(B, b, product.transposeB);
        constexpr size_t tile = 512; // rows of D at a time: their sums stay in the first-level cache
        float sums[tile];
        for (size_t first = 0; first < m; first += tile)
        {
            const size_t rows = std::min(tile, m - first);
            for (size_t j = 0; j < n; j++)
            {
                std::fill_n(sums, rows, 0.0f);
                for (size_t l = 0; l < k; l++)
                {
                    const float* column = &left[l * m + first];
                    const float factor = right[j * k + l];
                    for (size_t i = 0; i < rows; i++)
                        sums[i] += column[i] * factor;
                }
                for (size_t i = 0; i < rows; i++)
                {
                    float value = alpha * sums[i];
                    if (beta != 0) // else C is not read, NaN or not
                        value += beta * read(C, c.type, j * c.stride + first + i);
                    if (product.epilogue == epilogue_bias)
                        value += read((const void*)product.bias, d.type, first + i);
                    const size_t at = j * d.stride + first + i;
                    if (d.type == float32)
                        ((float*)D)[at] = value;
                    else
                        ((unsigned short*)D)[at] = (unsigned short)simulated_bf16(value);
                }
            }
        }
    }

    bool overlap(uintptr_t a, size_t aBytes, uintptr_t b, size_t bBytes) { return a < b + bBytes && b < a + aBytes; }
}

API(int, cublasLtCreate)(void** handle)
{
    LT_BEGIN;
    if (!handle)
        return invalid_value;
    *handle = libraries.add(std::make_unique<Library>());
    return success;
}

API(int, cublasLtDestroy)(void* handle)
{
    LT_BEGIN;
    return libraries.remove(handle) ? success : invalid_value;
}

API(size_t, cublasLtGetVersion)() { return 120400; }

API(const char*, cublasLtGetStatusString)(int status)
{
    switch (status)
    {
    case 0: return "success";
    case 1: return "the library was not initialized";
    case 3: return "the resource allocation failed";
    case 7: return "an unsupported value or parameter was passed to the function";
    case 8: return "the function requires an architectural feature absent from the device architecture";
    case 13: return "the function failed to launch on the GPU";
    case 14: return "an internal operation failed";
    case 15: return "the functionality requested is not supported";
    default: return "unknown status";
    }
}

API(int, cublasLtMatmulDescCreate)(void** handle, int compute, int scale)
{
    LT_BEGIN;
    if (!handle)
        return invalid_value;
    *handle = products.add(std::make_unique<Product>(Product{compute, scale}));
    return success;
}

API(int, cublasLtMatmulDescSetAttribute)(void* handle, int attribute, const void* value, size_t bytes)
{
    LT_BEGIN;
    Product* product = products.find(handle);
    int number = 0;
    bool fine = false;
    switch (product ? attribute : -1)
    {
    case 0: fine = take(value, bytes, product->compute); break;                                       // COMPUTE_TYPE
    case 1: fine = take(value, bytes, product->scale); break;                                         // SCALE_TYPE
    case 2: fine = take(value, bytes, number) && number == 0; break;                                  // POINTER_MODE: host
    case 3: fine = take(value, bytes, number) && number >= 0 && number <= 2, product->transposeA = number != 0; break; // TRANSA
    case 4: fine = take(value, bytes, number) && number >= 0 && number <= 2, product->transposeB = number != 0; break; // TRANSB
    case 7:                                                                                           // EPILOGUE
        fine = take(value, bytes, product->epilogue) && (product->epilogue == epilogue_default || product->epilogue == epilogue_bias);
        break;
    case 8: fine = take(value, bytes, product->bias); break;                                          // BIAS_POINTER
    case 26: fine = take(value, bytes, product->biasType); break;                                     // BIAS_DATA_TYPE
    }
    return fine ? success : invalid_value;
}

API(int, cublasLtMatmulDescDestroy)(void* handle)
{
    LT_BEGIN;
    return products.remove(handle) ? success : invalid_value;
}

API(int, cublasLtMatrixLayoutCreate)(void** handle, int type, uint64_t rows, uint64_t columns, int64_t stride)
{
    LT_BEGIN;
    if (!handle)
        return invalid_value;
    if (type != float32 && type != bfloat16)
        return not_supported;
    *handle = layouts.add(std::make_unique<Layout>(Layout{type, rows, columns, stride}));
    return success;
}

API(int, cublasLtMatrixLayoutSetAttribute)(void* handle, int attribute, const void* value, size_t bytes)
{
    LT_BEGIN;
    Layout* layout = layouts.find(handle);
    int number = 0;
    bool fine = false;
    switch (layout ? attribute : -1)
    {
    case 0:                                                            // TYPE
        fine = take(value, bytes, number) && (number == float32 || number == bfloat16), layout->type = fine ? number : layout->type;
        break;
    case 1: fine = take(value, bytes, number) && number == 0; break;   // ORDER: columns
    case 2: fine = take(value, bytes, layout->rows); break;            // ROWS
    case 3: fine = take(value, bytes, layout->columns); break;         // COLS
    case 4: fine = take(value, bytes, layout->stride); break;          // LD
    case 5: fine = take(value, bytes, number) && number == 1; break;   // BATCH_COUNT
    }
    return fine ? success : invalid_value;
}

API(int, cublasLtMatrixLayoutDestroy)(void* handle)
{
    LT_BEGIN;
    return layouts.remove(handle) ? success : invalid_value;
}

API(int, cublasLtMatmulPreferenceCreate)(void** handle)
{
    LT_BEGIN;
    if (!handle)
        return invalid_value;
    *handle = preferences.add(std::make_unique<Preference>());
    return success;
}

API(int, cublasLtMatmulPreferenceSetAttribute)(void* handle, int attribute, const void* value, size_t bytes)
{
    LT_BEGIN;
    Preference* preference = preferences.find(handle);
    unsigned number = 0;
    bool fine = false;
    switch (preference ? attribute : -1)
    {
    case 0: fine = take(value, bytes, number) && number == 0; break;         // SEARCH_MODE: the best
    case 1: fine = take(value, bytes, preference->workspace); break;         // MAX_WORKSPACE_BYTES
    case 3: fine = take(value, bytes, number); break;                        // REDUCTION_SCHEME_MASK: there is one scheme here
    case 5: case 6: case 7: case 8:                                          // MIN_ALIGNMENT_A_BYTES … D
        fine = take(value, bytes, number) && number > 0 && (number & (number - 1)) == 0;
        if (fine)
            preference->alignments[attribute - 5] = number;
        break;
    }
    return fine ? success : invalid_value;
}

API(int, cublasLtMatmulPreferenceDestroy)(void* handle)
{
    LT_BEGIN;
    return preferences.remove(handle) ? success : invalid_value;
}

API(int, cublasLtMatmulAlgoGetHeuristic)(
    void* library, void* product, void* a, void* b, void* c, void* d, void* preferenceHandle, int most, Heuristic* results, int* found)
{
    LT_BEGIN;
    const Product* what = products.find(product);
    const Layout *A = layouts.find(a), *B = layouts.find(b), *C = layouts.find(c), *D = layouts.find(d);
    const Preference* preference = preferences.find(preferenceHandle);
    if (!libraries.find(library) || !what || !A || !B || !C || !D || !preference || most < 1 || !results || !found)
        return invalid_value;
    *found = 0;
    int status = check(*what, *A, *B, *C, *D);
    const Layout* all[] = {A, B, C, D};
    for (int i = 0; i < 4 && status == success; i++)
    {
        if (preference->alignments[i] < (all[i]->type == bfloat16 ? 16 : 4))
            status = not_supported;
    }
    // The heuristic sees the bias pointer, and relies on its alignment.
    if (status == success && what->epilogue == epilogue_bias && what->bias != 0 && !aligned(what->bias, D->size()))
        status = not_supported;
    if (status != success)
        return status;
    results[0] = {};
    results[0].algorithm.mark = algorithm_mark;
    results[0].algorithm.workspace = std::min<uint64_t>(preference->workspace, 1024); // it uses a little of an allowed workspace
    std::copy_n(preference->alignments, 4, results[0].algorithm.alignments);
    results[0].workspace = results[0].algorithm.workspace;
    results[0].waves = 1;
    *found = 1;
    return success;
}

API(int, cublasLtMatmul)(
    void* library, void* product, const float* alpha, uintptr_t a, void* aLayout, uintptr_t b, void* bLayout,
    const float* beta, uintptr_t c, void* cLayout, uintptr_t d, void* dLayout,
    const Algorithm* algorithm, uintptr_t workspace, size_t workspaceBytes, void* stream)
{
    LT_BEGIN;
    const Product* what = products.find(product);
    const Layout *A = layouts.find(aLayout), *B = layouts.find(bLayout), *C = layouts.find(cLayout), *D = layouts.find(dLayout);
    if (!libraries.find(library) || !what || !A || !B || !C || !D || !alpha || !beta)
        return invalid_value;
    if (const int status = check(*what, *A, *B, *C, *D))
        return status;
    const uintptr_t pointers[] = {a, b, c, d};
    const Layout* all[] = {A, B, C, D};
    for (int i = 0; i < 4; i++)
    {
        if (!in_one_allocation(pointers[i], all[i]->bytes()) || !aligned(pointers[i], all[i]->type == bfloat16 ? 16 : 4))
            return invalid_value;
        if (algorithm && !aligned(pointers[i], algorithm->alignments[i])) // the heuristic was promised otherwise
            return invalid_value;
    }
    if (algorithm && (algorithm->mark != algorithm_mark || algorithm->workspace > workspaceBytes))
        return invalid_value;
    if (workspaceBytes > 0 && (!in_one_allocation(workspace, workspaceBytes) || !aligned(workspace, 256)))
        return invalid_value;
    const size_t biasBytes = what->epilogue == epilogue_bias ? D->rows * D->size() : 0;
    if (biasBytes > 0 && (!in_one_allocation(what->bias, biasBytes) || !aligned(what->bias, D->size())))
        return invalid_value;
    // D may be the memory of C, but of no other input.
    if (overlap(a, A->bytes(), d, D->bytes()) || overlap(b, B->bytes(), d, D->bytes()) || overlap(what->bias, biasBytes, d, D->bytes()) ||
        (overlap(c, C->bytes(), d, D->bytes()) && !(c == d && *C == *D)))
        return invalid_value;

    const size_t used = algorithm ? algorithm->workspace : 0;
    const int status = enqueue(stream, [=, what = *what, alpha = *alpha, beta = *beta, A = *A, B = *B, C = *C, D = *D] {
        must_be_live("a product", a, A.bytes());
        must_be_live("a product", b, B.bytes());
        must_be_live("a product", c, C.bytes());
        must_be_live("a product", d, D.bytes());
        if (does_nothing())
            return;
        if (biasBytes > 0)
            must_be_live("a product's bias", what.bias, biasBytes);
        if (used > 0)
        {
            must_be_live("a product's workspace", workspace, used);
            memset((void*)workspace, 0xff, used);
        }
        multiply(what, alpha, (void*)a, A, (void*)b, B, beta, (void*)c, C, (void*)d, D);
    });
    return status == 0 ? success : execution_failed;
}
