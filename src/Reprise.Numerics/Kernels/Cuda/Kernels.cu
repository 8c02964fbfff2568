// All kernels as one module: `.ci/ptx` compiles this file.
#include "Device.h"

#include "Products.cu"
#include "Rows.cu"
#include "Pooling.cu"
#include "Pointwise.cu"
#include "Regularisation.cu"
#include "Lstm.cu"
#include "Recurrence.cu"
#include "Latent.cu"
#include "CrossEntropy.cu"
#include "TopWords.cu"
#include "Update.cu"
