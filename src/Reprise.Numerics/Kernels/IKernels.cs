using System.Numerics;

namespace Reprise.Numerics;

/// <summary>The contract of a back end: every operation that the model needs, each over a whole time step or a whole batch.</summary>
/// <remarks>
/// Names end in their shape: B sentences, N packed tokens, T steps, E embedding, H hidden, Z latent, V vocabulary, I and O inputs
/// and outputs; 4H is the gates i, f, g, o. Outputs come first, then inputs, then sizes. Activations and activation gradients are
/// overwritten (<c>=</c>) and parameter gradients accumulate (<c>+=</c>); exceptions are stated. An absent (<c>default</c>) tensor
/// leaves a part out where its parameter allows it. Rows may have a stride; outputs never overlap inputs unless the operation works
/// in place. Shapes that do not fit throw <see cref="ArgumentException"/>. Every result is the same to the last bit for any number
/// of threads. Calls on one instance must not overlap.
/// A back end on a device may return from an operation before it is done. Operations are done in the order of the calls, so that
/// they see each other's results; those that return values (<see cref="Read"/>, <see cref="SumOfSquares"/>, <see cref="TopWords"/>)
/// wait for them. Tensors of <typeparamref name="T"/> lie in memory of <see cref="Allocate"/>.
/// </remarks>
/// <typeparam name="T">The precision: <see cref="float"/>, or <see cref="double"/> for the reference.</typeparam>
internal interface IKernels<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The back end, its instruction set and its threads, as text.</summary>
    string Description { get; }

    /// <summary>
    /// True if the gates of a word that a batch repeats are to be computed once, where arithmetic is costly; false where shapes
    /// that are new in each batch cost more.
    /// </summary>
    bool SharesWords { get; }

    /// <summary>
    /// Names the part of a step that the calls after it belong to. It changes no result: a back end that times its work
    /// notes the name, the others ignore it.
    /// </summary>
    void Enter(string part)
    {
    }

    // ---- Memory and time -----------------------------------------------------------------------------------------

    /// <summary>Memory in which this back end computes; the caller disposes of it, before the back end.</summary>
    /// <remarks>It may be disposed of while operations still compute in it: a device frees it after them.</remarks>
    /// <param name="length">The number of elements. A view of 0 elements is not an absent tensor.</param>
    /// <param name="zeroed">True for zeros; false for undefined contents.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative or its bytes overflow.</exception>
    /// <exception cref="OutOfMemoryException">There is not so much memory.</exception>
    Buffer<T> Allocate(long length, bool zeroed = true);

    /// <summary>
    /// Zeroed memory that both the back end and the caller reach, for <see cref="Measure"/>. The caller reads the results of an
    /// operation once a mark behind it is done, and disposes of the memory before the back end.
    /// </summary>
    Buffer<double> AllocateShared(long length);

    /// <summary>x = values, row by row. The caller may change the values once it returns.</summary>
    void Write(Tensor<T> x, ReadOnlySpan<T> values);

    /// <summary>values = x, row by row; waits for the operations that compute x.</summary>
    void Read(Span<T> values, Tensor<T> x);

    /// <summary>A mark behind all operations so far; always 0 in a back end that computes at once.</summary>
    long Mark();

    /// <summary>True if all operations before a mark are done.</summary>
    bool IsDone(long mark);

    /// <summary>Waits until all operations before a mark are done.</summary>
    void Wait(long mark);

    // ---- Weights that do not change ------------------------------------------------------------------------------

    /// <summary>
    /// Promises that <paramref name="weights"/>, a contiguous slab, keep their values until <see cref="Thaw"/>, so that a back end
    /// may keep its own arrangement of every factor in them. Changes no result. Freezing again takes up new values.
    /// </summary>
    /// <remarks>
    /// Decoding uses every weight once for each word, and would pack it each time (docs/performance.md, "Frozen weights").
    /// </remarks>
    /// <exception cref="ArgumentException">The weights are absent or not contiguous.</exception>
    void Freeze(Tensor<T> weights);

    /// <summary>Ends the promise of <see cref="Freeze"/> and drops the kept factors; without a promise it does nothing.</summary>
    void Thaw(Tensor<T> weights);

    // ---- Products ------------------------------------------------------------------------------------------------

    /// <summary>y = x Wᵀ + b, or y += x Wᵀ + b when <paramref name="accumulate"/>. An absent b is left out.</summary>
    void Linear(Tensor<T> y_NO, Tensor<T> x_NI, Tensor<T> weight_OI, Tensor<T> bias_O, bool accumulate = false);

    /// <summary>dx = dy W, or dx += dy W when <paramref name="accumulate"/>: the gradient of the input of <see cref="Linear"/>.</summary>
    void LinearBackwardInput(Tensor<T> dx_NI, Tensor<T> dy_NO, Tensor<T> weight_OI, bool accumulate = false);

    /// <summary>
    /// dW += dyᵀ x and db += column sums of dy: the gradients of the parameters of <see cref="Linear"/>. An absent db is left out.
    /// </summary>
    void LinearBackwardWeight(Tensor<T> dWeight_OI, Tensor<T> dBias_O, Tensor<T> dy_NO, Tensor<T> x_NI);

    // ---- Rows ----------------------------------------------------------------------------------------------------

    /// <summary>y[n] = table[rows[n]]; a row of -1 gives zeros (a word dropped to "zero").</summary>
    void Gather(Tensor<T> y_NE, Tensor<T> table_VE, ReadOnlySpan<int> rows_N);

    /// <summary>dTable[rows[n]] += dy[n], in the order of n; a row of -1 adds nothing. The gradient of <see cref="Gather"/>.</summary>
    void ScatterAdd(Tensor<T> dTable_VE, Tensor<T> dy_NE, ReadOnlySpan<int> rows_N);

    /// <summary>y[t, b] += x[b] for every step t of every sentence b.</summary>
    void AddToSteps(Tensor<T> y_NC, Tensor<T> x_BC, StepLayout steps);

    /// <summary>y[b] = Σ over t of x[t, b]: the gradient of <see cref="AddToSteps"/>.</summary>
    void SumOverSteps(Tensor<T> y_BC, Tensor<T> x_NC, StepLayout steps);

    // ---- Pooling over the steps of a sentence -------------------------------------------------------------------

    /// <summary>y[b] = max over t of x[t, b], element by element; NaN where any of them is.</summary>
    void MaxOverSteps(Tensor<T> y_BC, Tensor<T> x_NC, StepLayout steps);

    /// <summary>
    /// The gradient of <see cref="MaxOverSteps"/>: dx[t, b, c] = dy[b, c] at the first t where x[t, b, c] is y[b, c], and 0 elsewhere.
    /// </summary>
    void MaxOverStepsBackward(Tensor<T> dx_NC, Tensor<T> dy_BC, Tensor<T> x_NC, Tensor<T> y_BC, StepLayout steps);

    /// <summary>y[b] = 1 / T_b Σ over t of x[t, b], T_b being the steps of sentence b.</summary>
    void MeanOverSteps(Tensor<T> y_BC, Tensor<T> x_NC, StepLayout steps);

    /// <summary>The gradient of <see cref="MeanOverSteps"/>: dx[t, b] = dy[b] / T_b.</summary>
    void MeanOverStepsBackward(Tensor<T> dx_NC, Tensor<T> dy_BC, StepLayout steps);

    // ---- LSTM ----------------------------------------------------------------------------------------------------

    /// <summary>
    /// All steps of an LSTM over a packed batch (Hochreiter &amp; Schmidhuber 1997, forget gate of Gers et al. 2000):
    /// gates = σ, σ, tanh, σ of (gates + hPrevious W_hhᵀ); c = f∘cPrevious + i∘g; h = o∘tanh(c).
    /// </summary>
    /// <param name="h_NH">Out: hidden states.</param>
    /// <param name="c_NH">Out: cell states.</param>
    /// <param name="gates_N4H">In: x W_ihᵀ + b of all steps. Out: the activated gates, which the backward pass needs.</param>
    /// <param name="weight_4HH">Recurrent weights W_hh.</param>
    /// <param name="h0_BH">The state before the first step; absent for zero. May have more rows than there are sequences.</param>
    /// <param name="c0_BH">The cell state before the first step; absent for zero.</param>
    /// <param name="steps">The layout of the N rows. One step of B rows is a decoding step.</param>
    void LstmForward(
        Tensor<T> h_NH, Tensor<T> c_NH, Tensor<T> gates_N4H, Tensor<T> weight_4HH, Tensor<T> h0_BH, Tensor<T> c0_BH, StepLayout steps);

    /// <summary>The gradient of <see cref="LstmForward"/>.</summary>
    /// <param name="dGates_N4H">Out: gradient of the pre-activations. May be the same memory as <paramref name="gates_N4H"/>.</param>
    /// <param name="dh0_BH">Out: gradient of the initial state; absent when there is none.</param>
    /// <param name="dc0_BH">Out: gradient of the initial cell state; absent when there is none.</param>
    /// <param name="dWeight_4HH">+= gradient of the recurrent weights, one product over all tokens.</param>
    /// <param name="dh_NH">In: gradient of the hidden states from above. Overwritten: scratch afterwards.</param>
    /// <param name="gates_N4H">Activated gates of the forward pass.</param>
    void LstmBackward(
        Tensor<T> dGates_N4H, Tensor<T> dh0_BH, Tensor<T> dc0_BH, Tensor<T> dWeight_4HH, Tensor<T> dh_NH, Tensor<T> gates_N4H,
        Tensor<T> h_NH, Tensor<T> c_NH, Tensor<T> weight_4HH, Tensor<T> h0_BH, Tensor<T> c0_BH, StepLayout steps);

    // ---- Pointwise -----------------------------------------------------------------------------------------------

    /// <summary>x = value, everywhere.</summary>
    void Fill(Tensor<T> x, T value);

    /// <summary>y = tanh(x). In place if both are the same memory.</summary>
    void Tanh(Tensor<T> y, Tensor<T> x);

    /// <summary>dx = dy ∘ (1 - y²), y being the output of <see cref="Tanh"/>. In place if dx and dy are the same memory.</summary>
    void TanhBackward(Tensor<T> dx, Tensor<T> dy, Tensor<T> y);

    // ---- Regularisation ------------------------------------------------------------------------------------------

    /// <summary>
    /// Factors that drop elements (Srivastava et al. 2014): 0 with probability <paramref name="rate"/>, else 1 / (1 - rate).
    /// </summary>
    /// <remarks>
    /// Element i, row by row, is 0 where number i of <see cref="Philox.Uniform"/> with this key is below the rate: the same elements
    /// in every back end and precision.
    /// </remarks>
    /// <param name="rate">From 0 to below 1.</param>
    void DropoutMask(Tensor<T> mask, double rate, in RandomKey key);

    /// <summary>y = x ∘ factor. In place if y and x are the same memory.</summary>
    void Multiply(Tensor<T> y, Tensor<T> x, Tensor<T> factor);

    /// <summary>
    /// y[t, b] = y[t, b] ∘ factor[b] for every step t of every sentence b: one mask for all steps of a sentence (Gal &amp; Ghahramani
    /// 2016). It is its own gradient.
    /// </summary>
    void MultiplySteps(Tensor<T> y_NC, Tensor<T> factor_BC, StepLayout steps);

    // ---- Latent --------------------------------------------------------------------------------------------------

    /// <summary>
    /// z = mean + exp(logVariance / 2) ∘ noise, and kl[b] = ½ Σ_k (exp(lv) + mean² - 1 - lv) in nats
    /// (Kingma &amp; Welling 2014, appendix B). An absent noise gives z = mean.
    /// </summary>
    void Latent(Tensor<T> z_BZ, Tensor<T> kl_B, Tensor<T> mean_BZ, Tensor<T> logVariance_BZ, Tensor<T> noise_BZ);

    /// <summary>
    /// The gradient of <see cref="Latent"/>: dMean = dz + klScale · mean;
    /// dLogVariance = ½ dz ∘ noise ∘ exp(lv / 2) + ½ klScale · (exp(lv) - 1). An absent noise counts as zero. Where counts are
    /// given (<see cref="FreeBits"/>), klScale is klScale · counts[b, k] there.
    /// </summary>
    void LatentBackward(
        Tensor<T> dMean_BZ, Tensor<T> dLogVariance_BZ, Tensor<T> dz_BZ, Tensor<T> mean_BZ,
        Tensor<T> logVariance_BZ, Tensor<T> noise_BZ, Tensor<T> counts_BZ, T klScale);

    /// <summary>
    /// The kl of which a part is free. Per sentence, counted[b] = max(nats, kl[b]); per dimension (Kingma et al. 2016), counted[b]
    /// = Σ_k max(nats, 1/B Σ_b kl[b, k]), the same for every b. counts[b, k] is 1 where the term of kl[b, k] is above the free nats
    /// and so has a gradient, and 0 elsewhere.
    /// </summary>
    void FreeBits(Tensor<T> counts_BZ, Tensor<T> counted_B, Tensor<T> mean_BZ, Tensor<T> logVariance_BZ, T nats, bool perSentence);

    // ---- Normalisation over a batch ------------------------------------------------------------------------------

    /// <summary>
    /// The moments of each column: its mean, its variance 1/B Σ_b (x - mean)², and the unbiased variance, with 1/(B - 1), or 1 for
    /// one row.
    /// </summary>
    void Moments(Tensor<T> moments_3C, Tensor<T> x_BC);

    /// <summary>
    /// y = gain · (x - mean) / √(variance + epsilon) + shift, column by column (Ioffe &amp; Szegedy 2015, with one gain for all).
    /// </summary>
    void Normalize(Tensor<T> y_BC, Tensor<T> x_BC, Tensor<T> mean_C, Tensor<T> variance_C, Tensor<T> shift_C, T gain, T epsilon);

    /// <summary>
    /// The gradient of <see cref="Normalize"/>: with n = (x - mean) / √(variance + epsilon), dx = gain / √(variance + epsilon) ·
    /// (dy - 1/B Σ dy - n · 1/B Σ dy ∘ n), and dShift += Σ dy, the sums over the batch. In place if dx and dy are the same memory.
    /// </summary>
    /// <param name="ofBatch">True where mean and variance are those of x. Where they are constants the two sums of dx are left out.</param>
    void NormalizeBackward(
        Tensor<T> dx_BC, Tensor<T> dShift_C, Tensor<T> dy_BC, Tensor<T> x_BC, Tensor<T> mean_C, Tensor<T> variance_C, T gain, T epsilon,
        bool ofBatch);

    // ---- Softmax over the vocabulary -----------------------------------------------------------------------------

    /// <summary>nll[n] = -log softmax(x[n] Wᵀ + b)[targets[n]] in nats. The [N, V] logits never exist as a whole.</summary>
    void CrossEntropy(Tensor<T> nll_N, Tensor<T> x_NI, Tensor<T> weight_VI, Tensor<T> bias_V, ReadOnlySpan<int> targets_N);

    /// <summary><see cref="CrossEntropy"/> and its gradient in one pass, of scale · Σ nll: dx = …, dW += …, db += ….</summary>
    void CrossEntropyWithGradient(
        Tensor<T> nll_N, Tensor<T> dx_NI, Tensor<T> dWeight_VI, Tensor<T> dBias_V, Tensor<T> x_NI,
        Tensor<T> weight_VI, Tensor<T> bias_V, ReadOnlySpan<int> targets_N, T scale);

    /// <summary>y = log softmax(x Wᵀ + b) in nats, for sampling.</summary>
    void LogProbabilities(Tensor<T> y_NV, Tensor<T> x_NI, Tensor<T> weight_VI, Tensor<T> bias_V);

    /// <summary>
    /// The K most probable words of each row with their log probabilities (of the full softmax), the best first; equal ones in the
    /// order of their ids. Words with ids below <paramref name="firstWord"/> are left out.
    /// </summary>
    /// <param name="words_NK">Out: ids, N · K of them.</param>
    /// <param name="logProbabilities_NK">Out: log probabilities in nats.</param>
    void TopWords(Span<int> words_NK, Tensor<T> logProbabilities_NK, Tensor<T> x_NI, Tensor<T> weight_VI, Tensor<T> bias_V, int firstWord);

    // ---- Update --------------------------------------------------------------------------------------------------

    /// <summary>Σ x², summed in double over fixed blocks in a fixed order; NaN or infinite if any element is.</summary>
    double SumOfSquares(Tensor<T> x);

    /// <summary>
    /// The measures of a training step, in the columns of <see cref="Measured"/>: the sum of each part of the loss, in double in
    /// the order of b; the norm of the gradients; and the scale for <see cref="Adam"/>, so that no step waits for its own result.
    /// </summary>
    /// <remarks>
    /// The scale is that of clipping, min(1, clipNorm / norm). It is 0 where a sum or the norm is not finite, and where the scale of
    /// the step before is 0: a step that is not finite ends all learning.
    /// </remarks>
    /// <param name="measured">Out: [1, 2 + P], in memory of <see cref="AllocateShared"/>.</param>
    /// <param name="before">The measures of the step before, in the same kind of memory; absent for the first.</param>
    /// <param name="losses_PB">The P parts of the loss of every sentence; 1 to <see cref="Measured.MostParts"/>.</param>
    /// <param name="clipNorm">Above 0; infinite for no clipping.</param>
    void Measure(Tensor<double> measured, Tensor<double> before, Tensor<T> losses_PB, Tensor<T> gradients, double clipNorm);

    /// <summary>
    /// One step of Adam (Kingma &amp; Ba 2015, as in PyTorch) over one slab: g = scale · gradient; m = β₁ m + (1 - β₁) g;
    /// v = β₂ v + (1 - β₂) g²; p -= rate · (m / (1 - β₁ᵗ)) / (√(v / (1 - β₂ᵗ)) + ε). A scale of 0 changes nothing.
    /// Decay is decoupled (AdamW, Loshchilov &amp; Hutter 2019): p -= rate · decay · p comes first.
    /// </summary>
    /// <param name="scale">[1, 1], that of <see cref="Measure"/>; absent for 1.</param>
    void Adam(Tensor<T> parameters, Tensor<T> mean, Tensor<T> variance, Tensor<T> gradients, Tensor<double> scale, in AdamStep step);

    /// <summary>
    /// One step of stochastic gradient descent with momentum (as PyTorch's SGD with dampening 0, but with decoupled decay):
    /// g = scale · gradient; v = momentum · v + g; p -= rate · decay · p; p -= rate · v. A scale of 0 changes nothing.
    /// </summary>
    /// <param name="scale">[1, 1], that of <see cref="Measure"/>; absent for 1.</param>
    void Momentum(Tensor<T> parameters, Tensor<T> velocity, Tensor<T> gradients, Tensor<double> scale, in MomentumStep step);

    /// <summary>
    /// average += share · (parameters - average) over one slab. A scale of 0 changes nothing; others do not matter. With a share of
    /// (1 - d) / (1 - dᵗ) at step t it is the bias-corrected exponential average.
    /// </summary>
    /// <param name="scale">[1, 1], that of <see cref="Measure"/>; absent for 1.</param>
    /// <param name="share">From 0 to 1.</param>
    void Average(Tensor<T> average, Tensor<T> parameters, Tensor<double> scale, double share);
}

/// <summary>The numbers of one Adam step.</summary>
/// <param name="Step">t, from 1.</param>
/// <param name="Rate">Learning rate.</param>
/// <param name="Decay">The share of a parameter, times the rate, that each step takes away; 0 for none.</param>
internal readonly record struct AdamStep(
    long Step, double Rate, double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-8, double Decay = 0);

/// <summary>The numbers of one step of gradient descent with momentum.</summary>
/// <param name="Rate">Learning rate.</param>
/// <param name="Decay">The share of a parameter, times the rate, that each step takes away; 0 for none.</param>
internal readonly record struct MomentumStep(double Rate, double Momentum = 0.9, double Decay = 0);
