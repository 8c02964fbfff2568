using System.Text.Json.Serialization;
using Reprise.Formats;

namespace Reprise.Training;

/// <summary>The curve by which the learning rate falls to zero at the end of a run.</summary>
[JsonConverter(typeof(EnumNames<DecayCurve>))]
public enum DecayCurve
{
    /// <summary>A straight line.</summary>
    Linear,

    /// <summary>The half of a cosine (Loshchilov &amp; Hutter 2017, without restarts).</summary>
    Cosine,
}
