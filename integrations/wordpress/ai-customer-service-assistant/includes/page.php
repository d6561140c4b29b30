<?php
/**
 * The page of the menu. Drawn by show_page(), which gives $settings, $connection, $mistakes and $is_saved.
 *
 * @package AICustomerServiceAssistant
 */

namespace AICustomerServiceAssistant;

defined( 'ABSPATH' ) || exit;

list( $mark, $state ) = said_of( $connection );
?>
<div class="wrap">
<h1><?php esc_html_e( 'AI Assistant', 'ai-customer-service-assistant' ); ?></h1>
<?php if ( $is_saved && ! $mistakes ) : ?>
<div class="notice notice-success is-dismissible"><p><?php esc_html_e( 'Settings saved.', 'ai-customer-service-assistant' ); ?></p></div>
<?php elseif ( $is_saved ) : ?>
<div class="notice notice-error"><p>
	<?php
	/* translators: %s: names of fields */
	echo esc_html( sprintf( __( 'Saved, but what was typed here cannot be, so it stays as it was: %s', 'ai-customer-service-assistant' ), implode( ', ', array_intersect_key( field_names(), array_flip( $mistakes ) ) ) ) );
	?>
</p></div>
<?php endif; ?>
<div class="notice notice-<?php echo esc_attr( $mark ); ?> inline"><p><?php echo esc_html( $state ); ?></p></div>
<form method="post" action="<?php echo esc_url( admin_url( 'admin-post.php' ) ); ?>">
<input type="hidden" name="action" value="<?php echo esc_attr( SAVE ); ?>">
<?php wp_nonce_field( SAVE ); ?>

<h2><?php esc_html_e( 'Connection', 'ai-customer-service-assistant' ); ?></h2>
<table class="form-table" role="presentation">
<tr>
	<th scope="row"><label for="ai-address"><?php esc_html_e( 'Address', 'ai-customer-service-assistant' ); ?></label></th>
	<td><input class="regular-text code" type="url" id="ai-address" name="set[address]" value="<?php echo esc_attr( $settings['address'] ); ?>" placeholder="https://desk.example.com" required aria-describedby="ai-address-note">
	<p class="description" id="ai-address-note"><?php esc_html_e( 'Where your installation is. Its panel shows it under Settings, Integration, WordPress.', 'ai-customer-service-assistant' ); ?></p></td>
</tr>
<tr>
	<th scope="row"><label for="ai-key"><?php esc_html_e( 'API key', 'ai-customer-service-assistant' ); ?></label></th>
	<td>
	<?php if ( key_is_fixed() ) : ?>
	<p id="ai-key"><?php esc_html_e( 'Set in wp-config.php.', 'ai-customer-service-assistant' ); ?></p>
	<?php else : ?>
	<input class="regular-text code" type="password" id="ai-key" name="set[key]" value="" autocomplete="off" placeholder="<?php echo '' === api_key() ? 'fd_api_...' : esc_attr__( 'A key is saved', 'ai-customer-service-assistant' ); ?>" aria-describedby="ai-key-note">
		<?php if ( '' !== api_key() ) : ?>
	<label><input type="checkbox" name="set[forget_key]" value="1"> <?php esc_html_e( 'Forget the saved key', 'ai-customer-service-assistant' ); ?></label>
		<?php endif; ?>
	<?php endif; ?>
	<p class="description" id="ai-key-note"><?php esc_html_e( 'From the panel, under Settings, API, with the scope "See assistants". It checks this page and lists your assistants; browsers of visitors never get it.', 'ai-customer-service-assistant' ); ?></p></td>
</tr>
<tr>
	<th scope="row"><label for="ai-assistant"><?php esc_html_e( 'Assistant', 'ai-customer-service-assistant' ); ?></label></th>
	<td>
	<?php if ( $connection['assistants'] ) : ?>
	<select id="ai-assistant" name="set[assistant_id]">
		<?php
		$offered = array( '' => __( 'Choose one', 'ai-customer-service-assistant' ) ) + $connection['assistants'];
		// One that was typed before, by its short name or as another key saw it, stays.
		if ( ! isset( $offered[ $settings['assistant_id'] ] ) ) {
			$offered[ $settings['assistant_id'] ] = $settings['assistant_id'];
		}
		echo options( $offered, $settings['assistant_id'] ); // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped
		?>
	</select>
	<?php else : ?>
	<input class="regular-text code" type="text" id="ai-assistant" name="set[assistant_id]" value="<?php echo esc_attr( $settings['assistant_id'] ); ?>" placeholder="asst_..." maxlength="100">
	<?php endif; ?>
	</td>
</tr>
</table>

<h2><?php esc_html_e( 'Where it shows', 'ai-customer-service-assistant' ); ?></h2>
<table class="form-table" role="presentation">
<tr>
	<th scope="row"><?php esc_html_e( 'Pages', 'ai-customer-service-assistant' ); ?></th>
	<td><fieldset>
	<legend class="screen-reader-text"><?php esc_html_e( 'Pages', 'ai-customer-service-assistant' ); ?></legend>
	<label><input type="radio" name="set[everywhere]" value="1"<?php checked( $settings['everywhere'] ); ?>> <?php esc_html_e( 'On every page', 'ai-customer-service-assistant' ); ?></label><br>
	<label><input type="radio" name="set[everywhere]" value=""<?php checked( ! $settings['everywhere'] ); ?>> <?php esc_html_e( 'Only where the shortcode, the block or the widget stands', 'ai-customer-service-assistant' ); ?></label>
	</fieldset></td>
</tr>
<tr>
	<th scope="row"><label for="ai-hide"><?php esc_html_e( 'Never on', 'ai-customer-service-assistant' ); ?></label></th>
	<td><textarea class="regular-text code" id="ai-hide" name="set[hide_on]" rows="3" placeholder="/checkout&#10;/my-account/*" aria-describedby="ai-hide-note"><?php echo esc_textarea( $settings['hide_on'] ); ?></textarea>
	<p class="description" id="ai-hide-note"><?php esc_html_e( 'Paths, one on each line; * stands for any part.', 'ai-customer-service-assistant' ); ?></p></td>
</tr>
<tr>
	<th scope="row"><?php esc_html_e( 'Page context', 'ai-customer-service-assistant' ); ?></th>
	<td><label><input type="checkbox" name="set[page_context]" value="1"<?php checked( $settings['page_context'] ); ?>> <?php esc_html_e( 'Tell the assistant what kind of page the visitor reads, and its title', 'ai-customer-service-assistant' ); ?></label></td>
</tr>
</table>

<h2><?php esc_html_e( 'How it looks', 'ai-customer-service-assistant' ); ?></h2>
<p><?php esc_html_e( 'What is left empty is as set for the channel in the panel.', 'ai-customer-service-assistant' ); ?></p>
<table class="form-table" role="presentation">
<tr>
	<th scope="row"><label for="ai-theme"><?php esc_html_e( 'Theme', 'ai-customer-service-assistant' ); ?></label></th>
	<td><select id="ai-theme" name="set[theme]"><?php echo options( themes(), $settings['theme'] ); // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped ?></select></td>
</tr>
<tr>
	<th scope="row"><label for="ai-position"><?php esc_html_e( 'Corner', 'ai-customer-service-assistant' ); ?></label></th>
	<td><select id="ai-position" name="set[position]"><?php echo options( positions(), $settings['position'] ); // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped ?></select></td>
</tr>
<tr>
	<th scope="row"><label for="ai-color"><?php esc_html_e( 'Color', 'ai-customer-service-assistant' ); ?></label></th>
	<td><input class="code" type="text" id="ai-color" size="9" name="set[primary_color]" value="<?php echo esc_attr( $settings['primary_color'] ); ?>" placeholder="#0071e3" maxlength="7"></td>
</tr>
<tr>
	<th scope="row"><label for="ai-welcome"><?php esc_html_e( 'Welcome message', 'ai-customer-service-assistant' ); ?></label></th>
	<td><input class="large-text" type="text" id="ai-welcome" name="set[welcome_message]" value="<?php echo esc_attr( $settings['welcome_message'] ); ?>" maxlength="<?php echo (int) MOST_LENGTH; ?>"></td>
</tr>
</table>
<?php submit_button( __( 'Save settings', 'ai-customer-service-assistant' ) ); ?>
</form>

<h2><?php esc_html_e( 'On single pages', 'ai-customer-service-assistant' ); ?></h2>
<p><?php esc_html_e( 'The shortcode, the block and the widget of the same name say how the chat looks where they stand:', 'ai-customer-service-assistant' ); ?></p>
<p><code>[ai_assistant theme="dark" position="bottom-left"]</code></p>
</div>
