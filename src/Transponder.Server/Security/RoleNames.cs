using System.Numerics;

namespace Transponder.Server.Security;

/// <summary>Roles as the configuration and refusals call them.</summary>
internal static class RoleNames
{
    /// <summary>Every role with its name.</summary>
    public static readonly IReadOnlyList<(string Name, Roles Role)> All =
    [
        ("viewer", Roles.Viewer),
        ("producer", Roles.Producer),
        ("operator", Roles.Operator),
        ("admin", Roles.Admin),
        ("notifier", Roles.Notifier),
    ];

    /// <summary>The role of that name, without regard to case; none when there is no such role.</summary>
    public static Roles Parse(string name)
    {
        foreach (var (known, role) in All)
        {
            if (known.Equals(name, StringComparison.OrdinalIgnoreCase))
                return role;
        }

        return Roles.None;
    }

    /// <summary>In words, e.g. <c>producer or admin</c>.</summary>
    public static string Of(Roles roles, string joint = "or")
    {
        var names = All.Where(one => roles.HasFlag(one.Role)).Select(one => one.Name).ToArray();
        return BitOperations.PopCount((uint)roles) switch
        {
            0 => "none",
            1 => names[0],
            _ => $"{string.Join(", ", names[..^1])} {joint} {names[^1]}",
        };
    }
}
