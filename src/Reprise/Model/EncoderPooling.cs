using System.Text.Json.Serialization;
using Reprise.Formats;

namespace Reprise.Model;

/// <summary>The way from the encoder's states to one vector for each sentence.</summary>
[JsonConverter(typeof(EnumNames<EncoderPooling>))]
public enum EncoderPooling
{
    /// <summary>The state after the last word (the paper).</summary>
    Last,

    /// <summary>The largest value over all states, element by element (Conneau et al. 2017).</summary>
    Max,

    /// <summary>The mean over all states.</summary>
    Mean,
}
