namespace Reprise.Model;

/// <summary>How the code z enters the decoder.</summary>
public enum LatentInput
{
    /// <summary>As the first input, W z in the place of a word; the state starts at zero (the paper).</summary>
    FirstToken,

    /// <summary>As the initial state, h₀ = tanh(W_h z + b_h) and c₀ = W_c z + b_c; the first input is BOS.</summary>
    InitialState,

    /// <summary>As the initial state, and appended to the input of every step.</summary>
    EveryStep,

    /// <summary>Not at all: a plain language model without encoder and code (Z = 0); the state starts at zero, the first input is BOS.</summary>
    None,
}
