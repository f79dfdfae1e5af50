namespace Transponder.Core.Lists;

/// <summary>Flyte's filter functions.</summary>
public enum FilterFunction
{
    /// <summary>Equal.</summary>
    Eq,

    /// <summary>Not equal.</summary>
    Ne,

    /// <summary>Greater.</summary>
    Gt,

    /// <summary>Greater or equal.</summary>
    Gte,

    /// <summary>Less.</summary>
    Lt,

    /// <summary>Less or equal.</summary>
    Lte,

    /// <summary>The text contains the operand.</summary>
    Contains,

    /// <summary>The text does not match the LIKE pattern.</summary>
    NotLike,

    /// <summary>One of the operands.</summary>
    ValueIn,

    /// <summary>None of the operands.</summary>
    ValueNotIn,
}
