use super::*;
use crate::process::spec::EngineSettings;
use crate::process::spec::tests::{value, world};
use crate::quota::{Bounds, Limits};
use proptest::prelude::*;

fn now() -> Timestamp {
    Timestamp::from_seconds(1_000)
}

fn request(name: Option<&str>, command: TaskCommand) -> CreateTask {
    CreateTask {
        name: name.map(str::to_owned),
        command,
        template: None,
        user: Patch::Absent,
        memory: None,
        disk: None,
        log_rate: None,
        droplet: Patch::Absent,
        metadata: MetadataPatch::default(),
    }
}

fn text(command: &str) -> TaskCommand {
    TaskCommand::Text(command.to_owned())
}

fn made(command: CreateTask, template: Option<TaskTemplate>, quotas: &Quotas) -> Result<Task, TaskError> {
    let (world, settings) = (world(), ProcessSettings::default());
    let input = TaskInput {
        sequence_id: 7,
        template,
        droplet: &world.droplet,
        metadata: Metadata::default(),
        noise: "0123456789",
    };
    Task::new(Guid::new("t"), command, input, &settings, quotas, now())
}

fn refusal(command: CreateTask) -> String {
    made(command, None, &Quotas::default()).unwrap_err().to_string()
}

fn task() -> Task {
    made(request(None, text("run")), None, &Quotas::default()).unwrap()
}

fn in_state(state: TaskState) -> Task {
    Task { state, ..task() }
}

#[test]
fn what_a_request_leaves_out_is_the_templates_or_the_operators() {
    let bare = task();
    assert_eq!((bare.name.as_str(), bare.memory.get(), bare.disk.get()), ("01234567", 1_024, 1_024));
    assert_eq!((bare.sequence_id, bare.runs_as(), bare.state), (7, Some("vcap"), TaskState::Pending));
    let template = TaskTemplate {
        command: "lent".to_owned(),
        user: Some("VCAP".to_owned()),
        memory: Megabytes::new(5).unwrap(),
        disk: Megabytes::new(9_000).unwrap(),
        log_rate: LogRate::UNLIMITED,
    };
    let lent =
        made(request(None, TaskCommand::OfTemplate), Some(template.clone()), &Quotas::default()).unwrap();
    assert_eq!((lent.command.as_str(), lent.memory.get(), lent.disk.get()), ("lent", 5, 9_000));
    assert_eq!((lent.runs_as(), lent.log_rate), (Some("VCAP"), LogRate::UNLIMITED));
    let own = CreateTask { user: Patch::Null, memory: Megabytes::new(6), ..request(Some("n"), text("own")) };
    let own = made(own, Some(template), &Quotas::default()).unwrap();
    assert_eq!((own.command.as_str(), own.memory.get(), own.user.as_deref()), ("own", 6, None));
}

#[test]
fn everything_wrong_is_said_at_once_in_the_words_of_the_reference() {
    assert_eq!(refusal(request(Some(""), text(" "))), "name format, name presence, command presence");
    assert_eq!(refusal(request(Some(" "), text("x"))), "name presence");
    assert_eq!(refusal(request(Some("a\tb"), text("x"))), "name format");
    assert_eq!(refusal(request(Some("a"), TaskCommand::Null)), "command presence, command is not present");
    let long = text(&"c".repeat(4_097));
    let root = CreateTask { user: Patch::Value("root".to_owned()), ..request(None, long) };
    assert_eq!(
        refusal(root),
        "command must be shorter than 4097 characters, \
         user invalid (requested user 'root' not allowed, permitted users are: 'vcap')"
    );
    let large = CreateTask { disk: Some(2_049), ..request(Some(""), text("x")) };
    assert_eq!(refusal(large), "Cannot request disk_in_mb greater than 2048");
}

#[test]
fn a_task_is_let_in_by_its_quotas() {
    let limits = Limits { total_memory: Some(1_000), per_app_tasks: Some(0), ..Limits::default() };
    let organization = Some(Bounds { name: "o".to_owned(), limits, ..Bounds::default() });
    let quotas = Quotas { organization, space: None };
    assert_eq!(
        made(request(None, text("x")), None, &quotas).unwrap_err().to_string(),
        "memory_in_mb exceeds organization memory quota, app_task_limit quota exceeded"
    );
}

#[test]
fn a_task_that_waits_for_five_minutes_has_expired() {
    let task = task();
    assert!(!task.is_expired(now().plus_seconds(300)));
    assert!(task.is_expired(now().plus_seconds(301)));
    assert!(!in_state(TaskState::Running).is_expired(now().plus_seconds(301)));
}

#[test]
fn an_image_says_whom_its_tasks_run_as() {
    assert_eq!(droplet_user(LifecycleKind::Docker, r#"{"user":"app","ports":[]}"#), "app");
    for broken in ["", "{}", "no", r#"{"user":""}"#] {
        assert_eq!(droplet_user(LifecycleKind::Docker, broken), "vcap", "{broken}");
    }
    assert_eq!(droplet_user(LifecycleKind::Cnb, r#"{"user":"app"}"#), "root");
}

#[test]
fn an_engine_gets_the_command_in_the_environment_of_the_app() {
    let (world, settings) = (world(), ProcessSettings::default());
    let task = Task { memory: Megabytes::new(64).unwrap(), name: "mig".to_owned(), ..task() };
    let spec = task.spec(&world.context(), &world.droplet, &settings, &EngineSettings::default()).unwrap();
    assert_eq!((spec.command.start.as_str(), spec.command.log_source.as_str()), ("run", "APP/TASK/mig"));
    assert_eq!(spec.limits.memory_mb, 64);
    let env = &spec.command.env;
    assert_eq!(
        (value(env, "A"), value(env, "Z"), value(env, "MEMORY_LIMIT")),
        (Some("app"), Some("group"), Some("64m"))
    );
    let application: serde_json::Value =
        serde_json::from_str(value(env, "VCAP_APPLICATION").unwrap()).unwrap();
    assert_eq!(application["limits"]["mem"], 64);
    assert_eq!(application["version"], "t");
}

proptest! {
    /// Whatever happens in whatever order: what has ended stays as it ended, and is ended once.
    #[test]
    fn a_task_ends_once(events in proptest::collection::vec(0..4_u8, 0..12)) {
        let mut task = task();
        let mut ends = 0;
        for event in events {
            let before = task.clone();
            let after = match event {
                0 => task.clone().taken(now()),
                1 => task.clone().canceled(now()).ok(),
                2 => task.clone().ended(None, now()),
                _ => task.clone().ended(Some("why".to_owned()), now()),
            };
            if before.state.is_final() {
                prop_assert_eq!(&after, &None);
            }
            if let Some(after) = after {
                ends += u8::from(after.state.is_final());
                prop_assert_eq!(after.failure_reason.is_some(), after.state == TaskState::Failed);
                prop_assert!(after.state != TaskState::Pending);
                task = after;
            }
        }
        prop_assert_eq!(ends, u8::from(task.state.is_final()));
    }
}
