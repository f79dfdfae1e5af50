using System.Globalization;
using System.Text.RegularExpressions;
using Transponder.Core.Lists;

namespace Transponder.Core.Catalog;

/// <summary>Whether a cron expression can be read: five standard fields, a predefined schedule, or Amazon's six fields.</summary>
public static partial class CronExpression
{
    private static readonly CronField Minute = new("minute", 0, 59, []);
    private static readonly CronField Hour = new("hour", 0, 23, []);
    private static readonly CronField Day = new("day of month", 1, 31, []);
    private static readonly CronField Year = new("year", 1970, 2199, []);

    private static readonly CronField Month = new(
        "month",
        1,
        12,
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    );

    private static readonly CronField Weekday = new("day of week", 0, 6, ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]);
    private static readonly CronField AwsWeekday = new("day of week", 1, 7, ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]);

    private static readonly string[] Predefined =
    [
        "hourly",
        "hours",
        "daily",
        "days",
        "midnight",
        "weekly",
        "weeks",
        "monthly",
        "months",
        "yearly",
        "years",
        "annually",
    ];

    /// <summary>What is wrong with a standard expression; null when it can be read.</summary>
    /// <param name="text">The expression.</param>
    public static string? Problem(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var expression = TimeZone().Replace(text.Trim(), "");
        if (Predefined.Contains(expression.TrimStart('@'), StringComparer.OrdinalIgnoreCase))
            return null;
        if (expression.StartsWith("@every ", StringComparison.Ordinal))
            return GoDuration.TryParse(expression[7..].Trim(), out _)
                ? null
                : $"invalid cron expression \"{text}\": @every needs a duration such as 1h30m";
        if (expression.StartsWith('@'))
            return $"invalid cron expression \"{text}\": {expression} is no predefined schedule";
        return Fields(text, expression, [Minute, Hour, Day, Month, Weekday]);
    }

    /// <summary>What is wrong with an expression in Amazon's form (with a year, and <c>?</c>, <c>L</c>, <c>W</c>, <c>#</c>); null when it can be read.</summary>
    /// <param name="text">The expression.</param>
    public static string? AwsProblem(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Fields(text, text.Trim(), [Minute, Hour, Day, Month, AwsWeekday, Year]);
    }

    private static string? Fields(string text, string expression, CronField[] fields)
    {
        var parts = expression.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != fields.Length)
            return $"invalid cron expression \"{text}\": expected exactly {fields.Length} fields, found {parts.Length}";
        for (var i = 0; i < parts.Length; i++)
        {
            if (fields[i].Problem(parts[i]) is { } problem)
                return $"invalid cron expression \"{text}\": {problem}";
        }
        return null;
    }

    [GeneratedRegex(@"^(CRON_TZ|TZ)=\S+\s+")]
    private static partial Regex TimeZone();

    private sealed record CronField(string Name, int Low, int High, string[] Names)
    {
        public string? Problem(string part) => part.Split(',').Select(ItemProblem).FirstOrDefault(p => p is not null);

        private string? ItemProblem(string item)
        {
            var slash = item.Split('/');
            if (slash.Length > 2)
                return $"too many slashes in {Name} \"{item}\"";
            if (slash.Length == 2 && (!int.TryParse(slash[1], NumberStyles.None, CultureInfo.InvariantCulture, out var step) || step == 0))
                return $"the step of {Name} \"{item}\" must be a number above 0";
            if (slash[0] is "*" or "?" || IsAwsSpecial(slash[0]))
                return null;
            var range = slash[0].Split('-');
            if (range.Length > 2)
                return $"too many hyphens in {Name} \"{item}\"";
            var ends = range.Select(Value).ToArray();
            if (Array.Exists(ends, e => e is null || e < Low || e > High))
                return $"{Name} \"{item}\" is not between {Low} and {High}";
            return ends.Length == 2 && ends[0] > ends[1] ? $"{Name} \"{item}\" begins after it ends" : null;
        }

        private bool IsAwsSpecial(string text) =>
            (Name == Day.Name && (text is "L" or "LW" || (text.EndsWith('W') && Value(text[..^1]) is not null)))
            || (ReferenceEquals(this, AwsWeekday) && (text.EndsWith('L') || text.Contains('#', StringComparison.Ordinal)));

        private int? Value(string text)
        {
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                return number;
            var index = Array.FindIndex(Names, n => n.Equals(text, StringComparison.OrdinalIgnoreCase));
            return index < 0 ? null : index + Math.Min(Low, 1);
        }
    }
}
