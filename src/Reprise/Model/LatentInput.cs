namespace Reprise.Model;

/// <summary>The entry of the code z into the decoder.</summary>
public enum LatentInput
{
    /// <summary>The first input: W z in the place of a word; the state starts at zero (the paper).</summary>
    FirstToken,

    /// <summary>The initial state: h₀ = tanh(W_h z + b_h) and c₀ = W_c z + b_c; the first input is BOS.</summary>
    InitialState,

    /// <summary>The initial state, and appended to the word in the input of every step.</summary>
    EveryStep,

    /// <summary>
    /// The entries of <see cref="EveryStep"/>, and W_s z added to the softmax's input at every step: a way to each word that passes no
    /// LSTM (Dieng et al. 2019). Codes are learnt in a fraction of the steps.
    /// </summary>
    EveryStepAndSoftmax,

    /// <summary>No entry: a language model without encoder and code (Z = 0). The state starts at zero, the first input is BOS.</summary>
    None,
}
