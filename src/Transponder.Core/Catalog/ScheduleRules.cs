using Flyteidl.Admin;
using Flyteidl.Core;

namespace Transponder.Core.Catalog;

/// <summary>What a launch plan's schedule must satisfy: an expression that can be read, and no input left open but the kick-off time.</summary>
internal static class ScheduleRules
{
    private const string Field = "spec.entity_metadata.schedule";

    public static void Check(Schedule? schedule, ParameterMap expected)
    {
        if (schedule is null || IsEmpty(schedule))
            return;
        var problem = schedule.ScheduleExpressionCase switch
        {
            Schedule.ScheduleExpressionOneofCase.CronSchedule => CronExpression.Problem(schedule.CronSchedule.Schedule),
            Schedule.ScheduleExpressionOneofCase.CronExpression => CronExpression.AwsProblem(schedule.CronExpression),
            _ => null,
        };
        if (problem is not null)
            throw IdentifierRules.Invalid($"{Field}: {problem}");

        var kickoff = schedule.KickoffTimeInputArg;
        foreach (var (name, parameter) in expected.Parameters.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            if (parameter.Required && name != kickoff)
                throw IdentifierRules.Invalid(
                    $"{Field}: a scheduled launch plan cannot leave a required input open, and [{name}] has neither value nor default"
                );
        }
        if (kickoff.Length == 0)
            return;
        if (!expected.Parameters.TryGetValue(kickoff, out var input))
            throw IdentifierRules.Invalid($"{Field}.kickoff_time_input_arg: [{kickoff}] is not a free input of the workflow");
        if (input.Var?.Type is not { TypeCase: LiteralType.TypeOneofCase.Simple, Simple: SimpleType.Datetime })
            throw IdentifierRules.Invalid(
                $"{Field}.kickoff_time_input_arg: [{kickoff}] is {LiteralTypes.Describe(input.Var?.Type)}, not DATETIME"
            );
    }

    private static bool IsEmpty(Schedule schedule) =>
        schedule.ScheduleExpressionCase switch
        {
            Schedule.ScheduleExpressionOneofCase.CronExpression => schedule.CronExpression.Length == 0,
            Schedule.ScheduleExpressionOneofCase.CronSchedule => schedule.CronSchedule.Schedule.Length == 0,
            Schedule.ScheduleExpressionOneofCase.Rate => schedule.Rate.Value == 0,
            _ => true,
        };
}
